"""One order for every format."""

from hypothesis import given
from hypothesis import strategies as st

from ddms_compile.diagnostics import in_order
from diagnostics.sample import BARE, FULL, error, span

SOME = (
    BARE,
    FULL,
    error(None),
    error(span(2, 1, 2)),
    error(span(10, 1, 2)),
    error(span(2, 1, 3)),
    error(span(2, 1, 2), "other"),
    error(span(2, 1, 2), label="label"),
    error(span(1, 1, 2, path="ddms.toml")),
)


@given(st.permutations(SOME))
def test_the_order_does_not_depend_on_the_order_of_arrival(some: list[object]) -> None:
    assert in_order(some) == in_order(SOME)  # type: ignore[arg-type]


def test_those_without_a_place_come_first_and_lines_count_as_numbers() -> None:
    ordered = in_order(SOME)
    assert [d.primary is None for d in ordered[:2]] == [True, True]
    assert ordered[2].primary is not None
    assert ordered[2].primary.span.path == "ddms.toml"
    lines = [d.primary.span.line for d in ordered[3:] if d.primary]
    assert lines == [2, 2, 2, 2, 4, 10][: len(lines)]


def test_what_is_said_twice_is_said_once() -> None:
    assert in_order([BARE, BARE]) == (BARE,)
