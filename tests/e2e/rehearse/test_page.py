"""The page that draws the life of an environment names stories that are rehearsed, and all of them."""

import re
from pathlib import Path

from rehearse.projects import ROOT

PAGE = (ROOT / "docs/life-of-an-environment.md").read_text("utf-8")
HERE = Path(__file__).parent


def test_every_story_of_the_page_is_rehearsed_and_every_rehearsal_is_on_the_page() -> None:
    """Whoever adds a story writes it down, and no story is only written."""
    rehearsed = {
        name
        for path in HERE.glob("test_*.py")
        if path.name != Path(__file__).name
        for name in re.findall(r"^def (test_\w+)\(", path.read_text("utf-8"), re.MULTILINE)
    }
    assert set(re.findall(r"`(test_\w+)`", PAGE)) == rehearsed


def test_every_code_on_the_page_exists() -> None:
    """A refusal has a page of its own."""
    codes = set(re.findall(r"\bDDMS\d{3}\b", PAGE))
    folder = ROOT / "src/ddms_compile/diagnostics/codes"
    assert codes and all((folder / f"{code}.md").exists() for code in codes)
