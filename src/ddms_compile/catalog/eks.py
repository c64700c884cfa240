"""What EKS pins for a Kubernetes minor: versions of its add-ons, releases of its node AMIs."""

import datetime
import re

from ddms_compile.catalog.table import read_toml

ADDONS = ("aws-ebs-csi-driver", "coredns", "kube-proxy", "vpc-cni")
"""The add-ons that every cluster gets, by the names that EKS has for them."""

OLDEST_NODE = 3
"""Minors that a node may be behind the control plane (EKS user guide, "Kubernetes version skew policy", since 1.28)."""


def bound_to_minor(addon: str) -> bool:
    """Whether the pinned version of an add-on follows from the cluster's minor; else all minors have the same."""
    return not isinstance(read_toml("eks")["addons"][addon], str)


def addon_version(addon: str, kubernetes: str) -> str | None:
    """The pinned version of an add-on for a minor of the cluster; None when none is known."""
    table = read_toml("eks")["addons"]
    if not bound_to_minor(addon):
        return str(table[addon]) if kubernetes in table["kube-proxy"] else None
    version: str | None = table[addon].get(kubernetes)
    return version


def newest_minor() -> str:
    """The newest minor that has pinned add-ons."""
    known: dict[str, str] = read_toml("eks")["addons"]["kube-proxy"]
    return max(known, key=lambda minor: int(minor.split(".")[1]))


def ami_release(ami: str, kubernetes: str) -> str | None:
    """The pinned release of the AMI `al2023` or `bottlerocket` for a minor of the nodes; None when none is known."""
    release: str | None = read_toml("eks")["ami"][ami].get(kubernetes)
    return release


def released(release: str) -> datetime.date | None:
    """The day in the name of an AL2023 release; Bottlerocket's names have none."""
    found = re.fullmatch(r"\d+\.\d+\.\d+-(\d{4})(\d{2})(\d{2})", release)
    try:
        return datetime.date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
