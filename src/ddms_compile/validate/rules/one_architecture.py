"""A node group has one machine image, so that its types must have one kind of processor."""

from collections.abc import Iterator

from ddms_compile.catalog.machines import instance_type
from ddms_compile.load import Finding
from ddms_compile.validate.rules.rule import Specs, at, error

CODE = "DDMS212"


def check(specs: Specs) -> Iterator[Finding]:
    for name, spec in specs.cloud():
        for group, nodes in spec.cluster.nodes.items():
            key = ("cluster", "nodes", group, "instance_types")
            known = [(i, k, t) for i, k in enumerate(nodes.instance_types) if (t := instance_type(k)) is not None]
            for index, kind, found in known[1:]:
                first_index, _, first = known[0]
                if found.architecture != first.architecture:
                    yield error(
                        CODE,
                        f"node group {group} mixes architectures: {kind} is {found.architecture}",
                        at(name, *key, index, label=found.architecture),
                        f"keep the {first.architecture} types here and create a second group for the others",
                        related=(at(name, *key, first_index, label=first.architecture),),
                    )
                    break
