"""The rendering for people: carets stand under what they mean, and nothing in a file can harm the terminal."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddms_compile.diagnostics import Diagnostic, Label, Severity
from ddms_compile.diagnostics.render import FORMATS
from diagnostics.sample import BARE, FULL, SOURCES, error, span

PATH = "environments/prod.toml"


def shown(diagnostic: Diagnostic, text: str) -> list[str]:
    """The snippet's rows, without the margin."""
    rows = FORMATS["plain"]([diagnostic], {PATH: text}).split("\n")
    end = rows.index("")
    return [row.partition("|")[2][1:] if "|" in row else row.strip() for row in rows[3:end]]


def test_everything_a_diagnostic_can_have() -> None:
    assert (
        FORMATS["plain"]([FULL, BARE], SOURCES)
        == """\
warning[DDMS006]: there are no environments

error[DDMS009]: network.cidr of prod overlaps staging
  --> environments/prod.toml:4:8
   |
 1 | tier = "production"
   | ---- disabled here
...
 4 | cidr = "10.10.0.0/16"
   |        ^^^^^^^^^^^^^^ overlaps, 100%
  ::: environments/staging.toml:3:8
   |
 3 | cidr = "10.10.0.0/16"
   |        --------------
   = note: one
           and two
   = help: pick another: 10.11.0.0/16, say

1 error, 1 warning. For details, run `ddms-compile explain-code DDMS009`.
"""
    )


def test_nothing_to_say_is_nothing() -> None:
    assert FORMATS["plain"]([], {}) == ""


def test_a_file_that_was_not_read_is_named_without_a_line() -> None:
    assert "--> environments/prod.toml\n" in FORMATS["plain"]([error(span(1, 1, 1))], {})


def test_color_only_when_asked_and_only_around_the_same_text() -> None:
    import re

    colored = FORMATS["plain"]([FULL, BARE], SOURCES, color=True)
    without = FORMATS["plain"]([FULL, BARE], SOURCES)
    assert "\x1b[1;31m" in colored
    assert "\x1b" not in without
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == without


@pytest.mark.parametrize(
    ("text", "column", "end", "expected"),
    [
        ("ab = 1", 6, 7, ["ab = 1", "     ^"]),
        ("\tab = 1", 2, 4, ["    ab = 1", "    ^^"]),
        ("ab\t= 1", 4, 5, ["ab  = 1", "    ^"]),
        ("漢字 = 1", 4, 5, ["漢字 = 1", "     ^"]),
        ("漢字 = 1", 1, 3, ["漢字 = 1", "^^^^"]),
        ("e\u0301 = 1", 4, 5, ["e\u0301 = 1", "  ^"]),
        ("👍 = 1", 3, 4, ["👍 = 1", "   ^"]),
        ("a\x1b[2J = 1", 7, 8, ["a␛[2J = 1", "      ^"]),
        ("a\u202eb", 3, 4, ["a<U+202E>b", "         ^"]),
        ("ab", 3, 3, ["ab", "  ^"]),
        ("ab", 99, 99, ["ab", "  ^"]),
        ("ab\r", 1, 9, ["ab", "^^"]),
        ("a\u2028b = 1", 3, 4, ["a<U+2028>b = 1", "         ^"]),
    ],
)
def test_caret_stands_under_its_characters(text: str, column: int, end: int, expected: list[str]) -> None:
    assert shown(error(span(1, column, end)), text) == expected


def test_a_span_of_several_lines_shows_its_first_and_its_last() -> None:
    text = 'a = [\n  1,\n  2,\n  3,\n]\nb = ""\n'
    assert shown(error(span(1, 5, 2, end_line=5), label="all this"), text) == [
        "a = [",
        "    ^",
        "...",
        "]",
        "^ all this",
    ]


def test_a_span_that_ends_with_a_newline_does_not_reach_into_the_next_line() -> None:
    assert shown(error(span(1, 1, 1, end_line=2)), "ab\ncd\n") == ["ab", "^^"]


def test_a_single_line_between_two_places_is_shown_and_more_are_left_out() -> None:
    label = Label(span=span(1, 1, 2), message="x")
    assert shown(error(span(3, 1, 2), related=(label,)), "a\nb\nc") == ["a", "- x", "b", "c", "^"]
    assert shown(error(span(4, 1, 2), related=(label,)), "a\nb\nc\nd") == ["a", "- x", "...", "d", "^"]


def test_two_places_on_a_line_are_two_rows_the_primary_first() -> None:
    label = Label(span=span(1, 1, 2), message="first")
    assert shown(error(span(1, 5, 6), related=(label,)), "a = b") == ["a = b", "    ^", "- first"]


def test_of_a_very_long_line_the_part_around_the_caret_is_shown() -> None:
    line, caret = shown(error(span(1, 50_001, 50_004)), "x" * 50_000 + "abc" + "y" * 50_000)
    assert len(line) < 120
    assert line[0] == line[-1] == "…"
    assert line[caret.index("^") : caret.rindex("^") + 1] == "abc"


def test_line_numbers_are_aligned() -> None:
    label = Label(span=span(9, 1, 2))
    text = "\n".join("abcdefghijkl")
    rows = FORMATS["plain"]([error(span(10, 1, 2), related=(label,))], {PATH: text}).split("\n")
    assert rows[1:7] == [f"   --> {PATH}:10:1", "    |", "  9 | i", "    | -", " 10 | j", "    | ^"]


def test_the_code_to_read_about_is_that_of_the_worst() -> None:
    note = Diagnostic(code="DDMS001", severity=Severity.NOTE, message="n")
    assert FORMATS["plain"]([note, error(None), error(None, "z")], {}).endswith(
        "2 errors, 1 note. For details, run `ddms-compile explain-code DDMS003`.\n"
    )


@given(st.text(max_size=30), st.text(max_size=10), st.integers(1, 40), st.integers(1, 40))
def test_no_text_puts_a_control_character_on_the_terminal(text: str, said: str, column: int, end: int) -> None:
    diagnostic = Diagnostic(
        code="DDMS003",
        severity=Severity.ERROR,
        message=said,
        primary=Label(span=span(1, column, end), message=said),
        notes=(said,),
        help=(said,),
    )
    rendered = FORMATS["plain"]([diagnostic], {PATH: text})
    hidden = {c for c in rendered if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    assert hidden <= {"\n", "\u200d"}
    rendered.encode()
