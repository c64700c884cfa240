"""Queries of the spec: the result carries exactly the keys that were read."""

from ddms_compile.provenance.reading import Reader
from terraform.shapes import spec

SPEC = spec("prod", {})
READ = Reader(SPEC)


def test_a_query_has_the_keys_that_it_touched() -> None:
    found = READ(lambda s: f"{s.project.name} in {s.aws.region}")
    assert found.keys == {"project.name", "aws.region"}


def test_a_branch_that_is_not_taken_adds_no_key() -> None:
    assert READ.keys(lambda s: s.aws.region or s.project.name) == {"aws.region"}


def test_iterating_a_table_reads_the_key_of_each_entry() -> None:
    """The result depends on which entries exist."""
    assert READ.keys(lambda s: list(s.cluster.nodes)) == {f"cluster.nodes.{name}" for name in SPEC.cluster.nodes}


def test_an_entry_of_a_table_of_scalars_has_its_own_key() -> None:
    table = READ.table(lambda s: s.workloads.backend.environment)
    assert table == {} or all(value.keys == {f"workloads.backend.environment.{name}"} for name, value in table.items())
