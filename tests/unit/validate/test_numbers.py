"""Any value of TOML in the place of any other is a finding or right, never a crash, and many are few and a count."""

import datetime
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ddms_compile.diagnostics import Severity
from ddms_compile.diagnostics.render import FORMATS
from ddms_compile.pipeline.compile import check
from ddms_compile.pipeline.request import Request
from ddms_compile.validate import validate
from example_project import DATA
from strategies.today import TODAY
from validate.test_characters import TREE, project, with_

VALUES: dict[str, Any] = {
    "5,000 digits": 16**5000,
    "5,000 digits below zero": -(16**5000),
    "one too many": 2**63,
    "the most": 2**63 - 1,
    "the least": -(2**63),
    "infinity": math.inf,
    "no number": math.nan,
    "a large float": 1e308,
    "one as a float": 1.0,
    "the last day": datetime.date.max,
    "the first day": datetime.date.min,
    "a time": datetime.time(23, 59, 59),
    "a moment": datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone(datetime.timedelta(hours=14))),
    "a local moment": datetime.datetime(1, 1, 1),
    "true": True,
    "false": False,
    "a list of numbers": [16**5000, 1],
    "a table": {"a": 16**5000},
    "an empty list": [],
}


def places(tree: Any, key: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The key of every table, list and value."""
    if key:
        yield key
    if isinstance(tree, dict):
        for name, item in tree.items():
            yield from places(item, (*key, name))
    elif isinstance(tree, list):
        for number, item in enumerate(tree):
            yield from places(item, (*key, number))


def at(key: tuple[Any, ...]) -> Any:
    place: Any = TREE
    for step in key:
        place = place[step]
    return place


@pytest.mark.parametrize("name", VALUES)
def test_no_value_of_toml_is_a_crash(name: str) -> None:
    """Where it is of another kind than the key wants it is an error; no number beyond 64 bits is ever taken."""
    value = VALUES[name]
    for key in places(TREE):
        findings = validate(project(with_(key, value)), TODAY).findings
        wrong = any(f.severity is Severity.ERROR for f in findings)
        free = key[-1] == "error_percent" and type(value) in (int, float)  # the one number that may have a fraction
        assert wrong or free or type(value) is type(at(key)), key
        assert wrong or not isinstance(value, int) or -(2**63) <= value < 2**63, key


def written(root: Path, text: str) -> tuple[tuple[Any, ...], dict[str, str]]:
    """The diagnostics of a small project whose file of prod ends with `text`, and each way to show them."""
    (root / "environments").mkdir()
    (root / "ddms.toml").write_text((DATA / "ddms.toml").read_text("utf-8"), "utf-8")
    prod = (DATA / "environments" / "prod.toml").read_text("utf-8")
    (root / "environments" / "prod.toml").write_text(f"{text}\n{prod}", "utf-8")
    checked = check(Request(root=root, today=TODAY, cache_dir=root / "unused"))
    assert checked.project is not None
    shown = {name: render(checked.diagnostics, checked.project.sources) for name, render in FORMATS.items()}
    return checked.diagnostics, shown


MANY = {
    "elements": ("edge.allowed_cidrs = [" + "1,\n" * 9_000 + "]", 9_000),
    "elements of a wrong form": ("edge.allowed_cidrs = [" + '"x",\n' * 9_000 + "]", 9_000),
    "invisible elements": ("postgres.parameters.x = [" + '"\\u200b",\n' * 9_000 + "]", 1),
    "unknown keys": ("\n".join(f"k{n} = 1" for n in range(4_000)), 4_000),
    "unknown keys of a table": ("\n".join(f"edge.k{n} = 1" for n in range(4_000)), 4_000),
    "large numbers": ("edge.allowed_cidrs = [" + "0xfffffffffffffffffffff,\n" * 4_500 + "]", 4_500),
    "tables without keys": ("policy.losses = [" + "{},\n" * 1_000 + "]", 3_000),
}


@pytest.mark.parametrize("case", MANY)
def test_many_of_a_kind_are_a_few_and_a_count(tmp_path: Path, case: str) -> None:
    """Every format stays readable, and its totals count all of them."""
    text, least = MANY[case]
    diagnostics, shown = written(tmp_path, text)
    assert sum(1 + d.more for d in diagnostics if d.severity is Severity.ERROR) >= least
    assert len(diagnostics) < 450
    assert {name: len(text) for name, text in shown.items() if len(text) > 400_000} == {}
    errors = json.loads(shown["json"])["summary"]["errors"]
    assert f"{errors} error" in shown["plain"]
    assert errors >= least
