"""The lists of parameters agree with the engines themselves."""

import os
import tomllib
from pathlib import Path

import pytest

import ddms_compile
from catalog.refresh_parameters import rows, settings
from ddms_compile.catalog.engines import postgres_majors
from ddms_compile.catalog.parameters import (
    CACHE_WORDS,
    SWITCHES,
    cache_parameters,
    of_an_extension,
    postgres_parameters,
)
from ddms_compile.catalog.table import read_rows

SPEC = Path(ddms_compile.__file__).parent / "spec"


def test_the_list_of_a_version_is_that_of_the_real_postgresql() -> None:
    """Name, apply type, type, bounds and choices of each parameter are what the installed server says of itself."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not found:
        pytest.skip("UNCHECKED: no PostgreSQL server here; install the Debian package postgresql")
    folder = found[-1]
    major = folder.parent.name
    real = rows(settings(folder, user="postgres" if os.geteuid() == 0 else None))
    real.pop("extension_destdir", None)  # a patch of Debian's
    listed = postgres_parameters(major)
    known = {
        name: f"{each.apply} {each.kind} {each.values}".strip() for name, each in listed.items() if "." not in name
    }
    assert set(real) == set(known)
    # Choices that depend on the libraries of a build.
    assert {name for name in real if real[name] != known[name]} <= {"default_toast_compression", "wal_compression"}


def test_every_version_that_rds_supports_has_its_list() -> None:
    """No version is without parameters, and none has those of all others."""
    sizes = {major: len(postgres_parameters(major)) for major in postgres_majors() if int(major) >= 14}
    assert min(sizes.values()) > 300 and len(set(sizes.values())) > 1
    assert "promote_trigger_file" in postgres_parameters("15") and "promote_trigger_file" not in postgres_parameters(
        "16"
    )


def test_the_defaults_pass_their_own_list() -> None:
    """Parameters that the defaults set are in the lists, with values of their types."""
    defaults = tomllib.loads((SPEC / "defaults.toml").read_text("utf-8"))
    for major in ("14", "18"):
        for name, value in defaults["postgres"]["parameters"].items():
            assert postgres_parameters(major)[name].problem(value, ("1", "0", *SWITCHES)) is None
    for name, value in defaults["redis"]["parameters"].items():
        assert cache_parameters(7)[name].problem(value, CACHE_WORDS) is None


@pytest.mark.parametrize(
    ("name", "value", "good"),
    [
        ("max_connections", "300", True),
        ("max_connections", "0", False),
        ("work_mem", "4MB", False),
        ("log_connections", "1", True),
        ("log_connections", "on", True),
        ("log_connections", "Off", True),
        ("log_connections", "2", False),
        ("log_statement", "DDL", True),
        ("log_statement", "all of it", False),
        ("random_page_cost", "1.1", True),
        ("random_page_cost", "cheap", False),
        ("search_path", "anything, at all", True),
        ("rds.log_retention_period", "60", False),
        ("rds.force_autovacuum_logging_level", "WARNING", True),
        ("rds.force_autovacuum_logging_level", "loud", False),
    ],
)
def test_a_value_is_held_against_its_type(name: str, value: str, good: bool) -> None:
    """Bounds, choices and units are those of the engine's list."""
    assert (postgres_parameters("16")[name].problem(value, ("1", "0", *SWITCHES)) is None) is good


def test_only_extensions_that_rds_has_may_have_parameters_of_their_own() -> None:
    """A prefix is known or it is a mistake."""
    assert of_an_extension("auto_explain.log_min_duration") and not of_an_extension("auto_explian.log_min_duration")


@pytest.mark.parametrize("table", ["postgres-parameters", "cache-parameters"])
def test_the_lists_are_in_order(table: str) -> None:
    """Each name is there once, in alphabetical order."""
    names = [row.split()[0] for row in read_rows(table)]
    assert names == sorted(set(names))


@pytest.mark.parametrize(
    ("major", "name", "apply"),
    [
        (6, "hash-max-ziplist-entries", "dynamic"),
        (7, "hash-max-ziplist-entries", None),
        (7, "hash-max-listpack-entries", "dynamic"),
        (6, "activerehashing", "dynamic"),
        (7, "activerehashing", "managed"),
        (7, "repl-timeout", "managed"),
        (7, "databases", "static"),
        (7, "lazyfree-lazy-eviction", "dynamic"),
        (8, "lazyfree-lazy-eviction", "managed"),
        (7, "search-default-timeout-ms", None),
        (8, "search-default-timeout-ms", "dynamic"),
    ],
)
def test_the_cache_has_the_parameters_of_its_version(major: int, name: str, apply: str | None) -> None:
    """What the guide of ElastiCache says was added, changed or removed in a version is so in that version alone."""
    found = cache_parameters(major).get(name)
    assert (found.apply if found else None) == apply
