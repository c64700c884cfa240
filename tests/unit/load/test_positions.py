"""Positions: the text under a span is the thing itself."""

import math
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from ddms_compile.diagnostics import Key, Span
from ddms_compile.load.positions import Positions, span_text
from ddms_compile.load.source import Source
from load.toml_documents import documents


def leaves(data: Any, key: Key = ()) -> Iterator[tuple[Key, Any]]:
    if isinstance(data, dict):
        for name, value in data.items():
            yield from leaves(value, (*key, name))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from leaves(value, (*key, index))
    else:
        yield key, data


def same(left: Any, right: Any) -> bool:
    both_nan = isinstance(left, float) and isinstance(right, float) and math.isnan(left) and math.isnan(right)
    return both_nan or (type(left) is type(right) and left == right)


def under(text: str, span: Span | None) -> str:
    assert span is not None
    return span_text(span, text.split("\n"))


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(documents())
def test_text_under_each_value_span_is_the_value_and_under_each_key_span_the_key(text: str) -> None:
    data = tomllib.loads(text)
    positions = Positions(Source("x.toml", text))
    for key, value in leaves(data):
        assert same(tomllib.loads(f"v = {under(text, positions.value_span(key))}")["v"], value)
        if isinstance(key[-1], str):
            assert tomllib.loads(f"{under(text, positions.key_span(key))} = 1") == {key[-1]: 1}


def at(text: str, key: Key) -> tuple[str, str]:
    positions = Positions(Source("x.toml", text))
    return under(text, positions.key_span(key)), under(text, positions.value_span(key))


DOCUMENT = """\
top = 1
a . "b c" . d = [1, [2, 3], {x = {y = "z"}}] # comment
[t]
k = true
[[t.list]]
n = 1
[[t.list]]
[t.list.sub]
m = 2
[u.v]
"""


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (("top",), ("top", "1")),
        (("a",), ("a", "a")),
        (("a", "b c"), ('"b c"', '"b c"')),
        (("a", "b c", "d"), ("d", '[1, [2, 3], {x = {y = "z"}}]')),
        (("a", "b c", "d", 1, 0), ("2", "2")),
        (("a", "b c", "d", 2, "x"), ("x", '{y = "z"}')),
        (("a", "b c", "d", 2, "x", "y"), ("y", '"z"')),
        (("t",), ("[t]", "[t]")),
        (("t", "list"), ("[[t.list]]", "[[t.list]]")),
        (("t", "list", 0, "n"), ("n", "1")),
        (("t", "list", 1, "sub"), ("[t.list.sub]", "[t.list.sub]")),
        (("t", "list", 1, "sub", "m"), ("m", "2")),
        (("u",), ("u", "u")),
    ],
)
def test_each_way_of_writing_a_key_has_its_place(key: Key, expected: tuple[str, str]) -> None:
    assert at(DOCUMENT, key) == expected
    assert at(DOCUMENT.replace("\n", "\r\n"), key) == expected


def test_a_header_counts_more_than_an_earlier_mention_within_another_key() -> None:
    assert at("[a.b]\nx = 1\n[a]\ny = 2\n", ("a",)) == ("[a]", "[a]")


def test_elements_of_a_list_of_tables_are_told_apart() -> None:
    positions = Positions(Source("x.toml", DOCUMENT))
    lines = [positions.key_span(("t", "list", index)) for index in range(2)]
    assert [span.line for span in lines if span] == [5, 7]


def test_columns_count_characters_and_not_bytes() -> None:
    span = Positions(Source("x.toml", '"é漢👍" = "x"\n')).value_span(("é漢👍",))
    assert span == Span(path="x.toml", line=1, column=9, end_line=1, end_column=12)


def test_line_separators_of_unicode_do_not_count_as_lines() -> None:
    span = Positions(Source("x.toml", 'a = "\u2028\u2029\u0085"\nb = 1\n')).value_span(("b",))
    assert span == Span(path="x.toml", line=2, column=5, end_line=2, end_column=6)


def test_absent_key_has_no_place() -> None:
    positions = Positions(Source("x.toml", DOCUMENT))
    assert positions.key_span(("nothing",)) is None
    assert positions.value_span(("t", "list", 9)) is None


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(documents(), documents())
def test_no_text_however_broken_makes_positions_fail(left: str, right: str) -> None:
    broken = left[: len(left) // 2] + right[len(right) // 3 :]
    Positions(Source("x.toml", broken))
