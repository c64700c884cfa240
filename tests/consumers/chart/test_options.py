"""Every option of values.yaml does what its comment says."""

import functools
import json

import pytest

from chart.option_case import Case
from chart.options import CASES
from chart.rendering import MINIMAL, Objects, at, changed, objects
from ddms_compile.kubernetes.chart.files import leaves


def test_every_option_has_a_case() -> None:
    """No leaf of values.yaml lacks an entry in the table of options, and the table has no other."""
    assert {case.option for case in CASES} == {leaf.path for leaf in leaves()}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.option}={str(case.value)[:30]}")
def test_an_option_appears_where_it_belongs(case: Case) -> None:
    """A value that is set arrives in each place that depends on it, and what it switches off is gone."""
    made = objects(changed(MINIMAL, {**case.given, case.option: case.value}))
    for place, expected in case.places.items():
        found = _found(made, place)
        if place.endswith("~"):
            assert isinstance(found, str) and expected in found
        else:
            assert found == expected, place
    assert _is_default(case) or any(_found(_default(), place) != _found(made, place) for place in case.places)


@functools.cache
def _default() -> Objects:
    return objects(MINIMAL)


def _is_default(case: Case) -> bool:
    (default,) = (leaf.default for leaf in leaves() if leaf.path == case.option)
    return bool(json.loads(default) == case.value)


def _found(made: Objects, place: str) -> object:
    kind_and_name, _, path = place.removesuffix("~").partition(":")
    kind, _, name = kind_and_name.partition("/")
    return at(made.get((kind, name)), path)
