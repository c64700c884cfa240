"""Every code explains itself in the same form."""

import re

import pytest

from ddms_compile.diagnostics import codes


@pytest.mark.parametrize("code", codes.all_codes())
def test_an_explanation_has_a_title_a_wrong_and_a_right_example(code: str) -> None:
    first, blank, *rest = codes.explanation(code).split("\n")
    assert re.fullmatch(r"# .+[^.]", first)
    assert codes.title(code) == first[2:]
    assert blank == ""
    text = "\n".join(rest)
    if code.startswith("DDMS0"):
        assert text.index("\nWrong") < text.index("\nRight")


def test_codes_ascend() -> None:
    assert list(codes.all_codes()) == sorted(codes.all_codes())


@pytest.mark.parametrize("code", ["DDMS999", "ddms003", "../codes/DDMS003", "", "DDMS003.md"])
def test_what_is_no_code_is_an_error(code: str) -> None:
    with pytest.raises(KeyError):
        codes.explanation(code)
