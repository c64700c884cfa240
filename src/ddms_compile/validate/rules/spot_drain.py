"""EC2 reclaims a Spot node two minutes after its notice, and a graceful stop of the ingress controller takes longer.

EC2 user guide, "Spot Instance interruption notices"; EKS user guide, "Managed node group capacity types".
"""

from collections.abc import Iterator

from ddms_compile.load import Finding
from ddms_compile.validate.rules.rule import Specs, at, note

CODE = "DDMS295"
KEEPS_OFF = ("NoSchedule", "NoExecute")


def check(specs: Specs) -> Iterator[Finding]:
    for name, spec in specs.production():
        for group, nodes in spec.cluster.nodes.items():
            if nodes.capacity == "spot" and not any(taint.effect in KEEPS_OFF for taint in nodes.taints):
                yield note(
                    CODE,
                    f"pods of {name} on the Spot nodes of `{group}` can lose requests",
                    at(
                        name,
                        "cluster",
                        "nodes",
                        group,
                        "capacity",
                        label="reclaimed two minutes after the interruption notice",
                    ),
                    (
                        'keep them off with taints = [{ key = "workload", value = '
                        '"batch", effect = "NoSchedule" }], which only interruptible pods '
                        "tolerate"
                    ),
                    notes=(
                        (
                            "a graceful shutdown takes up to four minutes for the ingress "
                            "controller, `shutdown_grace` for a workload"
                        ),
                    ),
                )
