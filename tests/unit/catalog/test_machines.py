"""The tables of machine types are whole, and agree with each other."""

from ddms_compile.catalog.machines import cache_node_types, instance_type, instance_types, rds_classes
from ddms_compile.catalog.regions import regions
from ddms_compile.catalog.table import read_rows
from ddms_compile.resolve.nodes import is_arm


def test_every_type_can_be_read_and_the_tables_are_sorted() -> None:
    for table in ("ec2", "rds", "elasticache"):
        names = [row.split(" ")[0] for row in read_rows(table)]
        assert names == sorted(set(names))
    for name in instance_types():
        kind = instance_type(name)
        assert kind is not None and kind.vcpus > 0 and kind.memory > 0 and kind.pods > 0


def test_the_name_of_a_type_tells_its_architecture_as_the_table_does() -> None:
    wrong = [name for name in instance_types() if is_arm(name) != (instance_type(name).architecture == "arm64")]  # type: ignore[union-attr]
    assert {name.partition(".")[0] for name in wrong} <= {"a1"}, wrong


def test_a_region_offers_a_part_of_what_there_is() -> None:
    for offered in (rds_classes, cache_node_types):
        for region in regions():
            assert set(offered(region)) <= set(offered())
        assert offered("eu-west-1")


def test_known_facts() -> None:
    kind = instance_type("m7g.large")
    assert kind is not None
    assert (kind.architecture, kind.vcpus, kind.memory, kind.pods) == ("arm64", 2, 8192, 29)
    assert instance_type("m7g.larg") is None
    assert "db.r7g.large" in rds_classes("eu-west-1")
    assert "cache.t4g.small" not in cache_node_types("me-south-1")
