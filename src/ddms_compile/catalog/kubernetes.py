"""Kubernetes versions on EKS: until when, and what goes with them."""

import datetime
from dataclasses import dataclass
from enum import StrEnum

from ddms_compile.catalog.table import read_toml


class Support(StrEnum):
    """What AWS does for a version on a day."""

    STANDARD = "standard"
    EXTENDED = "extended"
    ENDED = "ended"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class KubernetesVersion:
    """One minor version and its days on EKS; each end is the last day."""

    version: str
    released: datetime.date
    standard_end: datetime.date
    extended_end: datetime.date


def kubernetes_versions() -> tuple[KubernetesVersion, ...]:
    """Every version known, oldest first, also those that have ended, so that an error can name the day."""
    table = read_toml("kubernetes")["versions"]
    return tuple(KubernetesVersion(version=name, **table[name]) for name in sorted(table, key=_order))


def support_state(version: str, on: datetime.date) -> Support:
    """The support of a version on a day. After extended support no cluster can be made with it."""
    table = read_toml("kubernetes")["versions"]
    if version not in table:
        return Support.UNKNOWN
    if on <= table[version]["standard_end"]:
        return Support.STANDARD
    return Support.EXTENDED if on <= table[version]["extended_end"] else Support.ENDED


def autoscaler_tag(version: str) -> str:
    """The image tag of the cluster autoscaler for a version of the cluster; the newest known for a newer one."""
    tags = read_toml("kubernetes")["autoscaler"]
    older = [known for known in tags if _order(known) <= _order(version)] or [min(tags, key=_order)]
    return str(tags[max(older, key=_order)])


def component_range(component: str) -> tuple[str, str]:
    """The oldest and the newest version on which a component is tested by its project. Raises KeyError."""
    low, high = read_toml("kubernetes")["components"][component]
    return low, high


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
