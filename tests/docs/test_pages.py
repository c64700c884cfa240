"""Every page does what it shows: its edits apply, its commands run, its output and diffs are the program's."""

from pathlib import Path

import pytest
from docs.golden import hold
from docs.markdown import parts
from docs.walk import ROOT, copied, walked

PAGES = sorted({ROOT / "README.md", *(ROOT / "docs").rglob("*.md")} - set((ROOT / "docs/reference").glob("*.md")))
LANGUAGES = {"console", "diff", "effect", "sh", "toml"}
RUN = [page for page in PAGES if LANGUAGES & {part.language for part in parts(page.read_text("utf-8"))}]
EMPTY = (ROOT / "docs/tutorial.md",)
"""Pages that start in an empty folder."""


@pytest.mark.parametrize("page", RUN, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_does_what_it_shows(page: Path, tmp_path: Path) -> None:
    """Edits, commands and snippets work in the order of the page, and show what follows from them."""
    folder = tmp_path / "project"
    folder.mkdir()
    hold(page, walked(page, folder if page in EMPTY else copied(folder)))
