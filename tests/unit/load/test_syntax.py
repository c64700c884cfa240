"""Texts that are no TOML, and texts that would cost a careless parser all its time, memory or stack."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddms_compile.diagnostics.render import FORMATS
from ddms_compile.load.source import Source
from ddms_compile.load.syntax import DEEPEST, MOST_VALUES, parse
from load.toml_documents import documents


def problem_of(text: str) -> str | None:
    tree, problem = parse(Source("x.toml", text))
    assert (tree is None) == (problem is not None)
    return None if problem is None else problem.message


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "[" * 5000 + "]" * 5000,
        "x = " + "{a = " * 5000 + "1" + "}" * 5000,
        "a." * 100_000 + "b = 1",
        '"a" . ' * 100_000 + "b = 1",
        "[" + "a." * 100_000 + "b]",
        "".join(f"[{'a.' * n}b]\n" for n in range(DEEPEST + 5)),
    ],
    ids=["arrays", "inline tables", "dotted key", "quoted key", "header", "headers"],
)
def test_what_is_nested_too_deeply_is_refused(text: str) -> None:
    assert problem_of(text) == f"x.toml cannot be read as TOML: more than {DEEPEST} levels of nesting"


@pytest.mark.parametrize("text", ['x = "' + "a." * 500 + '"', "# " + "a." * 500, "x = '" + "." * 500 + "'"])
def test_dots_in_texts_and_comments_are_not_keys(text: str) -> None:
    assert problem_of(text) is None


def test_the_deepest_nesting_that_is_allowed_is_accepted() -> None:
    depth = DEEPEST - 2
    assert problem_of("x = " + "[" * depth + "]" * depth) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("x = [" + "1," * (MOST_VALUES - 1) + "]", MOST_VALUES),
        ("".join(f"k{number} = 1\n" for number in range(MOST_VALUES)), MOST_VALUES),
        ("x = [" + "1," * MOST_VALUES + "]", MOST_VALUES + 1),
        ("".join(f"k{number}.a = 1\n" for number in range(MOST_VALUES // 2 + 1)), MOST_VALUES + 2),
        ("[[x]]\n" * MOST_VALUES, MOST_VALUES + 1),
    ],
    ids=["elements", "keys", "an element more", "keys in tables", "tables"],
)
def test_a_file_has_so_many_keys_and_elements_and_no_more(text: str, number: int) -> None:
    refused = f"x.toml holds more than {MOST_VALUES:,} keys and elements of arrays"
    assert problem_of(text) == (refused if number > MOST_VALUES else None)


def test_advice_does_not_repeat_a_whole_file() -> None:
    _, problem = parse(Source("x.toml", "x = " + "a" * 100_000))
    assert problem is not None
    assert all(len(text) < 200 for text in problem.help)


@pytest.mark.parametrize(
    ("text", "said", "second", "first"),
    [
        ("a = 1\nb = 2\na = 3\n", "a is defined twice", 3, 1),
        ("[t]\n[t]\n", "the table [t] is defined twice", 2, 1),
        ("a = 1\n[a]\n", "a is defined in two ways", 2, 1),
        ("a = 1\n[a.b]\n", "a is defined in two ways", 2, 1),
        ("a.b = 1\na = 2\n", "a is defined in two ways", 2, 1),
        ("a = {b = 1}\n[a.c]\n", "a is defined in two ways", 2, 1),
        ("a = {b = 1}\na.c = 2\n", "a is defined in two ways", 2, 1),
        ("[[a]]\n[a]\n", "a is defined in two ways", 2, 1),
        ("[a]\n[[a]]\n", "a is defined in two ways", 2, 1),
        ("a = []\n[[a]]\n", "a is defined in two ways", 2, 1),
        ("x = 1\n[[a]]\nk = 1\n[[a]]\nk = 1\nk = 2\n", "a[1].k is defined twice", 6, 5),
        ("\"a\" = 1\n'a' = 2\n", "a is defined twice", 2, 1),
        ("a = [\n{b = 1, c = 2,\nb = 3}]\n", None, 0, 0),
    ],
)
def test_of_a_key_defined_twice_both_places_are_shown(text: str, said: str | None, second: int, first: int) -> None:
    _, problem = parse(Source("x.toml", text))
    assert problem is not None
    if said is None:
        assert problem.related == ()
        return
    assert problem.message == f"x.toml is not valid TOML: {said}"
    assert problem.primary is not None
    assert (problem.primary.span.line, [label.span.line for label in problem.related]) == (second, [first])


@pytest.mark.parametrize(
    "text", ["a = {b = 1, b = 2}", "[a.b]\n[a]\nb.c = 1", "a.b = 1\n[a]\n", "[x]\na.b = 1\n[x.a]\n"]
)
def test_every_redefinition_has_a_place(text: str) -> None:
    _, problem = parse(Source("x.toml", text))
    assert problem is not None
    assert problem.primary is not None


@given(documents(), documents(), st.integers(0, 40), st.text(max_size=3))
def test_no_text_whatsoever_is_a_traceback(left: str, right: str, cut: int, noise: str) -> None:
    source = Source("x.toml", left[:cut] + noise + right)
    tree, problem = parse(source)
    assert (tree is None) == (problem is not None)
    if problem is not None:
        assert problem.primary is not None
        line = source.text.split("\n")[problem.primary.span.line - 1]
        assert 1 <= problem.primary.span.column <= len(line) + 1
        FORMATS["plain"]([problem], {"x.toml": source.text})
