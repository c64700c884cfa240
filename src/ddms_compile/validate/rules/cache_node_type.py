"""ElastiCache has its own list of node types, and not all of them in every region."""

from collections.abc import Iterator

from ddms_compile.catalog.machines import cache_node_types
from ddms_compile.load import Finding
from ddms_compile.validate.machine_names import machine_findings
from ddms_compile.validate.rules.rule import Specs

CODE = "DDMS210"


def check(specs: Specs) -> Iterator[Finding]:
    for name, spec in specs.cloud():
        yield from machine_findings(
            CODE,
            name,
            ("redis", "node_type"),
            spec.redis.node_type,
            spec.aws.region,
            cache_node_types,
            "ElastiCache",
        )
