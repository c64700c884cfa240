"""Openers: the innermost string or bracket that is open at an offset."""

import pytest

from ddms_compile.load.openers import comments, innermost_open, without_texts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a = [1, 2", (4, "bracket")),
        ("a = { b = [1], c = 2", (4, "brace")),
        ('a = "b', (4, "string")),
        ('a = """b\nc = 1', (4, "string")),
        ("a = [1] # [", None),
        ("a = \"]\" \nb = ['['", (13, "bracket")),
    ],
)
def test_the_innermost_opener_is_found(text: str, expected: tuple[int, str] | None) -> None:
    """Brackets in strings and comments do not count."""
    assert innermost_open(text, len(text)) == expected


def test_strings_and_comments_are_told_apart() -> None:
    text = 'a = "# no" # yes\nb = 1 # also'
    assert list(comments(text)) == [(11, "# yes"), (23, "# also")]
    assert without_texts(text) == 'a = "" \nb = 1 '
