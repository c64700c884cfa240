"""Kubernetes versions on EKS: ends of support, and versions of components that depend on them."""

import datetime
from dataclasses import dataclass
from enum import StrEnum

from ddms_compile.catalog.table import read_toml


class Support(StrEnum):
    """The state of AWS support of a version on a day."""

    STANDARD = "standard"
    EXTENDED = "extended"
    ENDED = "ended"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class KubernetesVersion:
    """One minor version and its dates on EKS; each end is the last day."""

    version: str
    released: datetime.date
    standard_end: datetime.date
    extended_end: datetime.date


def kubernetes_versions() -> tuple[KubernetesVersion, ...]:
    """Return every known version, oldest first, ended ones included, so that an error can name the day."""
    table = read_toml("kubernetes")["versions"]
    return tuple(KubernetesVersion(version=name, **table[name]) for name in sorted(table, key=_order))


def support_state(version: str, on: datetime.date) -> Support:
    """Return the support of a version on a day. After extended support no cluster can be created with it."""
    table = read_toml("kubernetes")["versions"]
    if version not in table:
        return Support.UNKNOWN
    if on <= table[version]["standard_end"]:
        return Support.STANDARD
    return Support.EXTENDED if on <= table[version]["extended_end"] else Support.ENDED


def autoscaler_tag(version: str) -> str:
    """Return the image tag of the Cluster Autoscaler for a cluster's version; the newest known for a newer one."""
    tags = read_toml("kubernetes")["autoscaler"]
    older = [known for known in tags if _order(known) <= _order(version)] or [min(tags, key=_order)]
    return str(tags[max(older, key=_order)])


def component_range(component: str) -> tuple[str, str]:
    """Return the oldest and newest version with which its project tests a component. Raises KeyError."""
    low, high = read_toml("kubernetes")["components"][component]
    return low, high


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
