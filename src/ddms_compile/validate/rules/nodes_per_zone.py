"""A node group has nodes in every zone, so that a pod finds one in the zone of its volume."""

from collections.abc import Iterator

from ddms_compile.load import Finding
from ddms_compile.validate.rules.rule import Specs, at, error

CODE = "DDMS262"


def check(specs: Specs) -> Iterator[Finding]:
    for name, spec in specs.cloud():
        zones = spec.network.zones
        for group, nodes in spec.cluster.nodes.items():
            if nodes.max < zones:
                yield error(
                    CODE,
                    f"node group `{group}` has fewer nodes than the {zones} zones",
                    at(name, "cluster", "nodes", group, "max", label="fewer nodes than zones"),
                    f"write max = {zones} or more; the nodes of a group are distributed evenly over the zones",
                    related=(at(name, "network", "zones", label="the zones"),),
                )
