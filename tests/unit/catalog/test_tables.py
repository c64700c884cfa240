"""The dated tables are in order, agree with each other, and know what the defaults name."""

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

import ddms_compile
from ddms_compile.catalog.actions import actions
from ddms_compile.catalog.engines import cache_versions, image_end, postgres_majors
from ddms_compile.catalog.kubernetes import (
    Support,
    autoscaler_tag,
    component_range,
    kubernetes_versions,
    support_state,
)
from ddms_compile.catalog.regions import partition, regions, zones
from ddms_compile.catalog.table import read_rows, read_toml

DEFAULTS = tomllib.loads((Path(ddms_compile.__file__).parent / "spec/defaults.toml").read_text("utf-8"))


def number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def test_the_support_of_a_version_ends_after_it_began_and_extended_after_standard() -> None:
    for version in kubernetes_versions():
        assert version.released < version.standard_end < version.extended_end, version.version


def test_versions_of_kubernetes_follow_each_other_without_a_gap_and_end_in_their_order() -> None:
    versions = kubernetes_versions()
    minors = [number(version.version)[1] for version in versions]
    assert minors == list(range(minors[0], minors[0] + len(minors)))
    ends = [version.standard_end for version in versions]
    assert ends == sorted(ends)


@pytest.mark.parametrize(
    ("version", "day", "state"),
    [
        ("1.30", date(2026, 7, 23), Support.EXTENDED),
        ("1.30", date(2026, 7, 24), Support.ENDED),
        ("1.34", date(2026, 12, 2), Support.STANDARD),
        ("1.34", date(2026, 12, 3), Support.EXTENDED),
        ("1.99", date(2026, 1, 1), Support.UNKNOWN),
    ],
)
def test_an_end_is_the_last_day_of_support(version: str, day: date, state: Support) -> None:
    assert support_state(version, day) is state


def test_the_autoscaler_is_of_the_clusters_minor_where_one_is_known() -> None:
    for minor in read_toml("kubernetes")["autoscaler"]:
        assert autoscaler_tag(minor).startswith(f"v{minor}.")
    assert autoscaler_tag("1.99") == autoscaler_tag(max(read_toml("kubernetes")["autoscaler"], key=number))


def test_a_component_is_tested_on_versions_that_the_calendar_knows() -> None:
    known = {version.version for version in kubernetes_versions()}
    for component in read_toml("kubernetes")["components"]:
        low, high = component_range(component)
        assert {low, high} <= known and number(low) <= number(high), component


def test_every_region_of_the_machine_tables_has_zones() -> None:
    named = {region for table in ("rds", "elasticache") for row in read_rows(table) for region in regions_of(row)}
    assert named <= set(regions())


def regions_of(row: str) -> list[str]:
    offered = row.split(" ", 1)[1].lstrip("-")
    return [] if offered == "*" else offered.split(",")


def test_zones_are_in_order_and_at_least_two() -> None:
    for region in regions():
        assert list(zones(region)) == sorted(set(zones(region))) and len(zones(region)) >= 2, region
        assert all(re.fullmatch(rf"{region}[a-f]", zone) for zone in zones(region))
    assert [partition(r) for r in ("cn-north-1", "eu-west-1", "us-gov-east-1")] == ["aws-cn", "aws", "aws-us-gov"]


def test_rows_stand_in_order_so_that_a_difference_reads_well() -> None:
    assert list(read_toml("regions")["zones"]) == sorted(read_toml("regions")["zones"])
    assert list(read_toml("actions")) == sorted(read_toml("actions"), key=str.lower)
    for name, table in read_toml("engines").items():
        assert list(table) == sorted(table, key=number), name


def test_an_action_is_pinned_by_a_whole_commit_and_names_its_release() -> None:
    for pinned in actions():
        assert re.fullmatch(r"[0-9a-f]{40}", pinned.commit), pinned.name
        assert re.fullmatch(r"v\d+(\.\d+)*", pinned.tag), pinned.name


def test_every_table_says_where_and_when_it_was_read() -> None:
    for table in Path(ddms_compile.__file__).with_name("catalog").iterdir():
        if table.suffix not in (".toml", ".txt"):
            continue
        assert re.search(r"^# .*\b20\d\d-\d\d-\d\d", table.read_text("utf-8"), re.MULTILINE), table.name


def test_the_catalog_knows_the_versions_that_the_defaults_name() -> None:
    assert DEFAULTS["cluster"]["version"] in {version.version for version in kubernetes_versions()}
    assert DEFAULTS["postgres"]["version"] in postgres_majors()
    assert DEFAULTS["redis"]["version"] in cache_versions(DEFAULTS["redis"]["engine"])


def test_a_default_image_was_not_past_its_end_when_the_table_was_read() -> None:
    for image, tag in DEFAULTS["versions"]["images"].items():
        end = image_end(image, tag)
        assert end is None or end > date(2026, 11, 23), image


def test_an_image_tag_is_read_with_its_variant_and_digest() -> None:
    assert image_end("nginx", "1.29.3-alpine") == date(2026, 5, 13)
    assert image_end("node", "21") == date(2024, 6, 1)
    assert image_end("node", "lts") is None
