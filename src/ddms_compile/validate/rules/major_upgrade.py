"""A major upgrade of PostgreSQL cannot wait for the maintenance window.

It needs the parameter group of its own family, so Terraform makes a new one and deletes the old one after the change.
Until the window the instance still uses the old one, and RDS refuses to delete it (RDS API reference,
DeleteDBParameterGroup: "can't be associated with any DB instances").
"""

from collections.abc import Iterator

from ddms_compile.load import Finding
from ddms_compile.validate.rules.rule import Specs, at, error

CODE = "DDMS254"


def check(specs: Specs) -> Iterator[Finding]:
    for name, spec in specs.cloud():
        if spec.postgres.allow_major_upgrade and not spec.postgres.apply_immediately:
            yield error(
                CODE,
                "a major upgrade of PostgreSQL cannot be deferred to the maintenance window",
                at(name, "postgres", "allow_major_upgrade", label="the upgrade"),
                "apply_immediately = true under [postgres] for the duration of the upgrade",
                related=(at(name, "postgres", "apply_immediately", label="would wait"),),
                notes=("until then the old parameter group is in use, so the apply fails to delete it",),
            )
