"""Texts that would cost a careless parser all its time, memory or stack."""

import pytest

from ddms_compile.load.source import Source
from ddms_compile.load.syntax import DEEPEST, parse


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


def test_advice_does_not_repeat_a_whole_file() -> None:
    _, problem = parse(Source("x.toml", "x = " + "a" * 100_000))
    assert problem is not None
    assert all(len(text) < 200 for text in problem.help)
