"""The site is built without a warning and loads nothing from the network."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".cache/docs/bin/python"
LOADED = {"src", "srcset", "data", "poster", "action", "background"}
"""Attributes that load what they name; `href` does so in a link alone."""
LINKS_ONLY = {"index", "search", "prev", "next", "canonical"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site. Every warning, such as a broken link or anchor, is an error."""
    if not PYTHON.exists():
        pytest.skip("UNCHECKED site: Sphinx is not installed; run `make docs`")
    out = tmp_path_factory.mktemp("docs") / "site"
    done = subprocess.run(
        [PYTHON, ROOT / "docs/site/build.py", out], capture_output=True, text=True, timeout=300, check=False
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    return out


class _Loads(HTMLParser):
    """What a browser fetches by itself when it shows a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        for name, value in attrs:
            if name in LOADED or (tag == "link" and name == "href" and named.get("rel") not in LINKS_ONLY):
                self.found.append(value or "")
            if name == "style":
                self.found += _css(value or "")


def _css(text: str) -> list[str]:
    return re.findall(r"(?:url\(|@import\s)\s*['\"]?([^'\")\s]+)", text)


def loads(site: Path) -> Iterator[tuple[Path, str]]:
    """Each address that a page or a style sheet loads."""
    for page in site.rglob("*.html"):
        parser = _Loads()
        text = page.read_text("utf-8")
        parser.feed(text)
        styles = re.findall(r"<style[^>]*>(.*?)</style>", text, re.DOTALL)
        yield from ((page, each) for each in [*parser.found, *(each for style in styles for each in _css(style))])
    for sheet in site.rglob("*.css"):
        yield from ((sheet, each) for each in _css(sheet.read_text("utf-8")))


def test_nothing_is_loaded_from_outside(site: Path) -> None:
    """Every script, style, font and picture is a file of the site."""
    found = [(file, each.partition("?")[0].partition("#")[0]) for file, each in loads(site)]
    assert len(found) > 1000
    for file, each in found:
        assert not each or each.startswith("data:") or (file.parent / each).resolve().is_relative_to(site), each
        assert not each or each.startswith("data:") or (file.parent / each).exists(), f"{file}: {each}"


def test_every_code_and_every_decision_has_its_page(site: Path) -> None:
    """What stands outside of docs/ is there too."""
    codes = {path.stem for path in (ROOT / "src/ddms_compile/diagnostics/codes").glob("*.md")}
    assert {path.stem for path in (site / "reference/codes").glob("*.html")} == codes
    assert {path.stem for path in (site / "adr").glob("*.html")} == {p.stem for p in (ROOT / "docs/adr").glob("*.md")}
    assert (site / "contributing.html").exists() and (site / "reference/runbook.html").exists()


def test_the_search_finds_a_page_without_a_network(site: Path, tmp_path: Path) -> None:
    """In a browser that resolves no name, from the file system."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("UNCHECKED search of the site: no chromium; install the Debian package chromium")
    flags = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
    offline = ("--host-resolver-rules=MAP * ~NOTFOUND", "--virtual-time-budget=5000", f"--user-data-dir={tmp_path}")
    address = f"file://{site}/search.html?q=rotation"
    done = subprocess.run(
        [program, *flags, *offline, "--dump-dom", address], capture_output=True, text=True, timeout=120, check=False
    )
    results = done.stdout.partition('id="search-results"')[2]
    assert "secrets.html" in results and "add-a-secret.html" in results
