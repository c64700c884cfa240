"""Kubernetes and EKS keep some label prefixes for themselves: a node with such a label of ours does not join."""

from collections.abc import Iterator, Sequence

from ddms_compile.load import Finding, KeyLabel
from ddms_compile.spec import EnvironmentSpec
from ddms_compile.validate.rules.rule import Specs, at, error

CODE = "DDMS223"
RESERVED = ("kubernetes.io", "k8s.io", "eks.amazonaws.com")
"""Kubernetes, "Well-Known Labels": these domains and all below, but not `node.kubernetes.io`."""


def check(specs: Specs) -> Iterator[Finding]:
    for name, spec in specs.cloud():
        for group, nodes in spec.cluster.nodes.items():
            key = ("cluster", "nodes", group)
            for label in nodes.labels:
                if _reserved(label):
                    yield error(
                        CODE,
                        f"the label {label} of node group {group} is reserved by Kubernetes or EKS",
                        KeyLabel(environment=name, key=(*key, "labels", label), part="key", message="reserved"),
                        f'use a name outside that domain, such as "{label.rpartition("/")[2]}"',
                    )
            taints = [(taint.key, taint.effect) for taint in nodes.taints]
            for index, first in _repeated(taints):
                yield error(
                    CODE,
                    f"node group {group} has the taint {taints[index][0]}:{taints[index][1]} twice",
                    at(name, *key, "taints", index, label="again"),
                    "remove one of them",
                    related=(at(name, *key, "taints", first, label="here already"),),
                )
        yield from _lists(name, spec)


def _lists(name: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    lists: list[tuple[tuple[str, ...], Sequence[str]]] = [
        (("cluster", "nodes", group, "instance_types"), nodes.instance_types)
        for group, nodes in spec.cluster.nodes.items()
    ]
    lists += [
        (("network", "gateway_endpoints"), spec.network.gateway_endpoints),
        (("network", "interface_endpoints"), spec.network.interface_endpoints),
        (("cluster", "logs"), spec.cluster.logs),
        (("cluster", "admins"), spec.cluster.admins),
        (("cluster", "endpoint", "public_cidrs"), spec.cluster.endpoint.public_cidrs),
        (("edge", "allowed_cidrs"), spec.edge.allowed_cidrs),
    ]
    for key, values in lists:
        for index, first in _repeated(values):
            yield error(
                CODE,
                f"`{'.'.join(key)}` lists {values[index]} twice",
                at(name, *key, index, label="again"),
                "remove one of them",
                related=(at(name, *key, first, label="here already"),),
            )


def _repeated(values: Sequence[object]) -> Iterator[tuple[int, int]]:
    """Indexes of entries that were there before, each with that of the first one."""
    first: dict[object, int] = {}
    for index, value in enumerate(values):
        if first.setdefault(value, index) != index:
            yield index, first[value]


def _reserved(label: str) -> bool:
    domain, slash, _ = label.rpartition("/")
    if not slash or domain == "node.kubernetes.io":
        return False
    return any(domain == own or domain.endswith(f".{own}") for own in RESERVED)
