"""A node group whose type does not exist fails only after the cluster was made, ten minutes into the apply."""

from collections.abc import Iterator

from ddms_compile.catalog.machines import instance_type, instance_types
from ddms_compile.load import Finding
from ddms_compile.validate.machine_names import closest_machine
from ddms_compile.validate.rules.rule import Specs, at, error

CODE = "DDMS211"


def check(specs: Specs) -> Iterator[Finding]:
    for name, spec in specs.cloud():
        for group, nodes in spec.cluster.nodes.items():
            for index, kind in enumerate(nodes.instance_types):
                if instance_type(kind) is None:
                    guess = closest_machine(kind, instance_types())
                    yield error(
                        CODE,
                        f"EC2 has no instance type {kind}",
                        at(name, "cluster", "nodes", group, "instance_types", index, label="unknown type"),
                        *((f'did you mean "{guess}"?',) if guess else ()),
                    )
