"""Pods with larger requests than any node can hold stay pending; the autoscaler adds no node for them."""

from collections.abc import Iterator

from ddms_compile.catalog.machines import InstanceType, instance_type
from ddms_compile.load import Finding
from ddms_compile.spec import EnvironmentSpec
from ddms_compile.spec.quantities import mebibytes, millicores
from ddms_compile.validate.rules.rule import Specs, at, error

CODE = "DDMS224"
AGENTS_CPU, AGENTS_MEMORY = 300, 500
"""Millicores and MiB that the node's own pods take: VPC CNI, kube-proxy, EBS CSI, node exporter."""


def check(specs: Specs) -> Iterator[Finding]:
    for name, spec in specs.cloud():
        # A group with a taint takes only pods that tolerate it, and the application's tolerate none.
        open_groups = [
            n for n in spec.cluster.nodes.values() if not any(t.effect != "PreferNoSchedule" for t in n.taints)
        ]
        if not open_groups:
            yield error(
                CODE,
                "every node group has taints, so no node accepts the application's pods",
                at(name, "cluster", "nodes", label="all are tainted"),
                "add a group without taints, or remove the taints of one",
            )
            continue
        types = {kind: found for n in open_groups for kind in n.instance_types if (found := instance_type(kind))}
        if types:
            yield from _workloads(name, spec, types)


def _workloads(name: str, spec: EnvironmentSpec, types: dict[str, InstanceType]) -> Iterator[Finding]:
    for part, workload in spec.workloads:
        cpu, memory = millicores(workload.resources.cpu), mebibytes(workload.resources.memory)
        if any(cpu <= _cpu(kind) and memory <= _memory(kind) for kind in types.values()):
            continue
        largest = max(types, key=lambda kind: (types[kind].memory, types[kind].vcpus, kind))
        free_cpu, free_memory = _cpu(types[largest]), _memory(types[largest])
        field = "cpu" if cpu > free_cpu else "memory"
        yield error(
            CODE,
            (
                f"a pod of the {part} fits on no node: the largest, {largest}, has "
                f"{free_cpu}m and {free_memory}Mi allocatable"
            ),
            at(name, "workloads", part, "resources", field, label="more than that"),
            "request less, or add a larger instance type to a node group without taints",
            related=(at(name, "cluster", "nodes", label="the node groups"),),
        )


def _memory(kind: InstanceType) -> int:
    """What the kubelet leaves to pods: it keeps 255 MiB, 11 MiB for each pod, and 100 MiB for eviction (EKS AMI)."""
    return max(0, int(kind.memory * 0.95) - 255 - 11 * min(kind.pods, 110) - 100 - AGENTS_MEMORY)


def _cpu(kind: InstanceType) -> int:
    """The kubelet keeps 6 % of the first processor, 1 % of the second, 0.5 % of two more, 0.25 % of the rest."""
    kept = 60 + (10 if kind.vcpus > 1 else 0) + 5 * min(2, max(0, kind.vcpus - 2)) + 2.5 * max(0, kind.vcpus - 4)
    return max(0, int(kind.vcpus * 1000 - kept) - AGENTS_CPU)
