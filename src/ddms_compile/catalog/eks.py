"""Pinned versions of EKS add-ons and releases of node AMIs, by Kubernetes minor."""

import datetime
import re

from ddms_compile.catalog.table import read_toml

ADDONS = ("aws-ebs-csi-driver", "coredns", "kube-proxy", "vpc-cni")
"""The EKS add-ons of every cluster, by their names in EKS."""

OLDEST_NODE = 3
"""Minors that a node may lag behind the control plane (EKS user guide, "Kubernetes version skew policy")."""


def bound_to_minor(addon: str) -> bool:
    """Return whether the pinned version of an add-on depends on the cluster's minor."""
    return not isinstance(read_toml("eks")["addons"][addon], str)


def addon_version(addon: str, kubernetes: str) -> str | None:
    """Return the pinned version of an add-on for a minor of the cluster; None when none is known."""
    table = read_toml("eks")["addons"]
    if not bound_to_minor(addon):
        return str(table[addon]) if kubernetes in table["kube-proxy"] else None
    version: str | None = table[addon].get(kubernetes)
    return version


def newest_minor() -> str:
    """Return the newest minor that has pinned add-ons."""
    known: dict[str, str] = read_toml("eks")["addons"]["kube-proxy"]
    return max(known, key=lambda minor: int(minor.split(".")[1]))


def ami_release(ami: str, kubernetes: str) -> str | None:
    """Return the pinned release of the AMI `al2023` or `bottlerocket` for a minor of the nodes; None if unknown."""
    release: str | None = read_toml("eks")["ami"][ami].get(kubernetes)
    return release


def released(release: str) -> datetime.date | None:
    """Return the day in the name of an AL2023 release; None for Bottlerocket, whose names have none."""
    found = re.fullmatch(r"\d+\.\d+\.\d+-(\d{4})(\d{2})(\d{2})", release)
    try:
        return datetime.date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
