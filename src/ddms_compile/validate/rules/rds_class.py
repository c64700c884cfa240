"""RDS runs PostgreSQL on some classes only, and not on all of them in every region."""

from collections.abc import Iterator

from ddms_compile.catalog.machines import rds_classes
from ddms_compile.load import Finding
from ddms_compile.validate.machine_names import machine_findings
from ddms_compile.validate.rules.rule import Specs

CODE = "DDMS209"


def check(specs: Specs) -> Iterator[Finding]:
    for name, spec in specs.cloud():
        yield from machine_findings(
            CODE,
            name,
            ("postgres", "instance_class"),
            spec.postgres.instance_class,
            spec.aws.region,
            rds_classes,
            "RDS for PostgreSQL",
        )
