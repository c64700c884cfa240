"""Nodes follow the control plane: never newer, and at most three minors behind; their AMI is of their own minor.

EKS user guide, "Kubernetes version skew policy" and "Update a managed node group".
"""

from collections.abc import Iterator

from ddms_compile.catalog.eks import OLDEST_NODE, released
from ddms_compile.load import Finding
from ddms_compile.spec.cluster import NodeGroup
from ddms_compile.validate.rules.rule import Specs, at, error

CODE = "DDMS250"
RELEASE = "DDMS252"


def check(specs: Specs) -> Iterator[Finding]:
    for name, spec in specs.cloud():
        cluster = at(name, "cluster", "version", label="the control plane")
        for group, nodes in sorted(spec.cluster.nodes.items()):
            where = ("cluster", "nodes", group)
            behind = _minor(spec.cluster.version) - _minor(nodes.version or spec.cluster.version)
            if not 0 <= behind <= OLDEST_NODE:
                how = "newer than its cluster" if behind < 0 else f"{behind} minor versions behind its cluster"
                yield error(
                    CODE,
                    f"node group `{group}` would be {how}",
                    at(name, *where, "version", label=f"the cluster is at {spec.cluster.version}"),
                    'version = "" follows the cluster',
                    related=(cluster,),
                    notes=(
                        ("EKS supports nodes up to three minor versions older than the control plane, and never newer"),
                    ),
                )
            if problem := _wrong_release(nodes, nodes.version or spec.cluster.version):
                yield error(RELEASE, f"`{nodes.ami_release}` {problem}", at(name, *where, "ami_release"), *_FORMS)


def _wrong_release(nodes: NodeGroup, version: str) -> str | None:
    if not nodes.ami_release:
        return None
    dated = released(nodes.ami_release) is not None
    if nodes.ami == "bottlerocket":
        return "is a release of AL2023, but the nodes run Bottlerocket" if dated else None
    if not dated:
        return "is not a release of the AL2023 AMI"
    return None if nodes.ami_release.startswith(f"{version}.") else f"is not for Kubernetes {version}"


_FORMS = (
    'AL2023: the Kubernetes patch version and the release date, such as "1.35.7-20260903"',
    'Bottlerocket: its release and commit, such as "1.65.0-0be31b34"',
    "empty: the release that this compiler pins",
)


def _minor(version: str) -> int:
    return int(version.split(".")[1])
