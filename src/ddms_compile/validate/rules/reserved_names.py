"""Names that RDS keeps for itself, and words of SQL that would need quotes everywhere."""

from collections.abc import Iterator

from ddms_compile.load import Finding
from ddms_compile.spec.base import identifier
from ddms_compile.validate.rules.rule import Specs, at, error

CODE = "DDMS217"
RESERVED = {
    "database": frozenset({"postgres", "rdsadmin", "template0", "template1", "default", "user", "all", "public"}),
    "username": frozenset(
        {"admin", "postgres", "public", "rdsadmin", "rdsrepladmin", "rds_superuser", "user", "none", "rds_replication"}
    ),
}
"""RDS for PostgreSQL, "Master user privileges" and CreateDBInstance; the first database `postgres` is always there."""


def check(specs: Specs) -> Iterator[Finding]:
    for name, spec in specs.environments.items():
        for field, what in (("database", "a database"), ("username", "the master user")):
            own = getattr(spec.postgres, field)
            value = own or identifier(spec.project.name)
            if value in RESERVED[field] or value.startswith(("pg_", "rds_")):
                yield error(
                    CODE,
                    f'RDS does not allow the name "{value}" for {what}',
                    at(name, "postgres", field, label="reserved"),
                    f'use another name, such as {field} = "{identifier(spec.project.name)}_app" under [postgres]',
                )
