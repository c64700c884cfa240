"""A region must exist, and have at least `network.zones` Availability Zones."""

from collections.abc import Iterator

from ddms_compile.catalog.regions import regions, zones
from ddms_compile.diagnostics.nearest import nearest
from ddms_compile.load import Finding
from ddms_compile.validate.rules.rule import Specs, at, error

CODE = "DDMS214"


def check(specs: Specs) -> Iterator[Finding]:
    known = regions()
    for name, spec in specs.cloud():
        for table, region in (("aws", spec.aws.region), ("project", spec.project.region)):
            if region not in known:
                guess = nearest(region, known)
                yield error(
                    CODE,
                    f"AWS has no region {region}",
                    at(name, table, "region", label="unknown region"),
                    f'did you mean "{guess}"?' if guess else f"the regions are: {', '.join(known)}",
                )
        if spec.aws.region in known and spec.network.zones > (have := len(zones(spec.aws.region))):
            yield error(
                CODE,
                f"{spec.aws.region} has {have} Availability Zones, not {spec.network.zones}",
                at(name, "network", "zones", label="more than available"),
                f"write zones = {have}, or use a region with more",
                related=(at(name, "aws", "region", label="the region"),),
            )
