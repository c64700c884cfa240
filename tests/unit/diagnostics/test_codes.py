"""Every code explains itself in the same form."""

import re

import pytest

from ddms_compile.diagnostics import codes

SECTIONS = ["What it means", "Why it matters", "Example", "How to fix"]


@pytest.mark.parametrize("code", codes.all_codes())
def test_a_page_has_a_title_and_four_sections(code: str) -> None:
    """Each page has the same sections in the same order, and none of them is empty."""
    first, *rest = codes.explanation(code).split("\n")
    assert re.fullmatch(r"# .+[^.]", first)
    assert codes.title(code) == first[2:]
    before, *found = re.split(r"^## (.+)\n", "\n".join(rest), flags=re.MULTILINE)
    assert before.strip() == ""
    assert found[0::2] == SECTIONS
    assert all(body.strip() for body in found[1::2])


def test_codes_ascend() -> None:
    assert list(codes.all_codes()) == sorted(codes.all_codes())


@pytest.mark.parametrize("code", ["DDMS999", "ddms003", "../codes/DDMS003", "", "DDMS003.md"])
def test_what_is_no_code_is_an_error(code: str) -> None:
    with pytest.raises(KeyError):
        codes.explanation(code)
