"""Parameters reach their group as the service keeps them."""

import pytest

from terraform.documents import Make
from terraform.shapes import of


def _parameters(make: Make, kind: str, **changes: object) -> tuple[str, str, dict[str, str]]:
    document = make(of("prod", **changes), "foundation")
    (group,) = document["resource"][kind].values()
    return (
        group["family"],
        group["name" if "name" in group else "name_prefix"],
        {each["name"]: each["value"] for each in group.get("parameter", [])},
    )


@pytest.mark.parametrize(
    ("version", "name", "written", "kept"),
    [
        ("17", "log_checkpoints", "on", "1"),
        ("17", "log_checkpoints", "False", "0"),
        ("17", "log_checkpoints", "1", "1"),
        ("17", "log_connections", "yes", "1"),
        ("18", "log_connections", "on", "on"),  # a list of stages there
        ("17", "log_statement", "ddl", "ddl"),
        ("17", "xmlbinary", "hex", "hex"),
        ("17", "application_name", "on", "on"),
    ],
)
def test_a_switch_of_postgresql_is_written_as_rds_keeps_it(
    make: Make, version: str, name: str, written: str, kept: str
) -> None:
    """Whatever word says it, a plan after an apply finds the value that RDS answers; other values stay as they are."""
    changes = {"postgres__version": version, "postgres__parameters": {name: written}}
    assert _parameters(make, "aws_db_parameter_group", **changes)[2][name] == kept


@pytest.mark.parametrize(
    ("engine", "version", "family"),
    [
        ("redis", "6.2", "redis6.x"),
        ("redis", "7.1", "redis7"),
        ("valkey", "7.2", "valkey7"),
        ("valkey", "9.1", "valkey9"),
    ],
)
def test_a_parameter_group_of_the_cache_is_of_a_family_that_there_is(
    make: Make, engine: str, version: str, family: str
) -> None:
    """Redis 6 has a family of its own spelling, and no name of a group has a dot."""
    changes = {"redis__engine": engine, "redis__version": version}
    found, name, _ = _parameters(make, "aws_elasticache_parameter_group", **changes)
    assert found == family
    assert "." not in name.replace("${", "")
