"""Constraints on versions: what they admit, and that the first release they admit is found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddms_compile.validate.constraints import Version, admits, parse_release, some_below, some_from

LIMIT = (1, 11, 0)
NUMBERS = st.integers(0, 13)
CONDITIONS = st.builds(
    "{}{}".format,
    st.sampled_from(("", "=", "!= ", "> ", ">=", "<", "<= ", "~> ")),
    st.lists(NUMBERS, min_size=1, max_size=3).map(lambda numbers: ".".join(map(str, numbers))),
)
CONSTRAINTS = st.lists(CONDITIONS, min_size=1, max_size=4).map(", ".join)
RELEASES = st.tuples(NUMBERS, NUMBERS, NUMBERS)


@pytest.mark.parametrize(
    ("constraint", "version", "wanted"),
    [
        ("1.11", (1, 11, 0), True),
        ("= 1.11.0", (1, 11, 1), False),
        ("~> 1.11", (1, 15, 9), True),
        ("~> 1.11", (2, 0, 0), False),
        ("~> 1.11.2", (1, 11, 1), False),
        ("~> 1.11.2", (1, 11, 9), True),
        ("~> 1.11.2", (1, 12, 0), False),
        ("~> 1", (2, 0, 0), True),
        (">= 1.11.0, != 1.12.0, < 2.0.0", (1, 12, 0), False),
    ],
)
def test_a_condition_holds_as_terraform_has_it(constraint: str, version: Version, wanted: bool) -> None:
    """HashiCorp's go-version decides; `~> 1` has no number to its left that must stay."""
    assert admits(constraint, version) is wanted


@pytest.mark.parametrize(
    "text", ["", ",", "1.11,", ">= 1.11 < 2", "=> 1", "latest", ">", "1.2.3.4", "1..2", "1.11.0-rc1"]
)
def test_what_is_no_constraint_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        admits(text, LIMIT)


@given(CONSTRAINTS, RELEASES)
def test_a_release_that_is_admitted_is_not_before_the_first_that_is_found(constraint: str, version: Version) -> None:
    """Found is what is admitted; where nothing is found, nothing is admitted."""
    low, high = some_below(constraint, LIMIT), some_from(constraint, LIMIT)
    assert low is None or (low < LIMIT and admits(constraint, low))
    assert high is None or (high >= LIMIT and admits(constraint, high))
    if admits(constraint, version):
        found = low if version < LIMIT else high
        assert found is not None and found <= version


@pytest.mark.parametrize(("text", "wanted"), [("v1.15.9", (1, 15, 9)), ("1.15", (1, 15, 0)), ("1.16.0-rc1", None)])
def test_a_release_is_known_from_what_comes_before_it(text: str, wanted: Version | None) -> None:
    assert parse_release(text) == wanted
