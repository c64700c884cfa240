"""Builds the site: copies the pages to one folder, with navigation, and runs Sphinx strictly over it.

Documents are plain Markdown that reads well on GitHub. What only the site needs is added here: the pages that stand
elsewhere in the repository, links to them, and the navigation.
"""

import posixpath
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from sphinx.cmd.build import main as sphinx

ROOT = Path(__file__).resolve().parents[2]
CODES = "src/ddms_compile/diagnostics/codes"
CODE_PAGES = "reference/codes/"
NAVIGATION = {
    "Start": ("tutorial", "how-to/README"),
    "Reference": ("reference/keys", "reference/commands", "reference/diagnostics", "reference/runbook"),
    "Explanation": (
        "architecture",
        "life-of-an-environment",
        "secrets",
        "ci-secrets",
        "threat-model",
        "catalog",
        "comparison",
        "adr/README",
    ),
    "Project": ("contributing", "pre-commit", "security", "changelog"),
}
CHILDREN = {"how-to/README.md": "how-to", "adr/README.md": "adr"}
"""Pages with the pages of a folder below them. The pages of codes have their index, and are in no menu."""


def pages() -> dict[str, str]:
    """The path of each page and picture in the site, by its path in the repository."""
    found = {path.relative_to(ROOT).as_posix() for end in ("md", "svg") for path in (ROOT / "docs").rglob(f"*.{end}")}
    named = {path: path.removeprefix("docs/") for path in found} | {"docs/README.md": "index.md"}
    named |= {f"{CODES}/{path.name}": f"{CODE_PAGES}{path.name}" for path in (ROOT / CODES).glob("*.md")}
    return named | {name: name.lower() for name in ("CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")}


def relinked(text: str, source: str, sites: dict[str, str]) -> str:
    """The page with each relative link as it is in the site. Raises KeyError for a file that the site lacks."""

    def target(found: re.Match[str]) -> str:
        path, hash_, anchor = found[1].partition("#")
        if not path or re.match(r"[a-z]+:", path):
            return found[0]
        there = posixpath.normpath(posixpath.join(posixpath.dirname(source), path))
        here = posixpath.dirname(sites[source]) or "."
        return f"]({posixpath.relpath(sites[there], here)}{hash_}{anchor})"

    parts = re.split(r"(^(`{3,}|~{3,}).*?^\2$)", text, flags=re.MULTILINE | re.DOTALL)
    prose = [re.sub(r"\]\(([^)\s]+)\)", target, part) for part in parts[::3]]
    return "".join(f"{before}{fence}" for before, fence in zip(prose, [*parts[1::3], ""], strict=True))


def navigation(site: str, sites: dict[str, str]) -> Iterator[str]:
    """The hidden lists of pages by which Sphinx orders the site."""
    if site.startswith(CODE_PAGES):
        yield "\n[All codes](../diagnostics.md)\n"
    if site == "index.md":
        for caption, names in NAVIGATION.items():
            yield _toctree(names, caption)
    if site in CHILDREN:
        folder = CHILDREN[site]
        inside = sorted(page for page in sites.values() if posixpath.dirname(page) == folder and page != site)
        yield _toctree([page.removesuffix(".md") for page in inside])


def _toctree(names: tuple[str, ...] | list[str], caption: str = "") -> str:
    title = f":caption: {caption}\n" if caption else ""
    return f"\n```{{toctree}}\n:hidden:\n{title}\n" + "".join(f"/{name}\n" for name in names) + "```\n"


def main(out: Path) -> int:
    """The exit code of Sphinx. `out`: the folder of the site; the copied pages are beside it."""
    source = out.with_name(f"{out.name}-source")
    shutil.rmtree(source, ignore_errors=True)
    shutil.rmtree(out, ignore_errors=True)
    sites = pages()
    for path, site in sites.items():
        text = (ROOT / path).read_text("utf-8")
        if path.endswith(".md"):
            text = relinked(text, path, sites) + "".join(navigation(site, sites))
        if site.startswith(CODE_PAGES):
            text = "---\norphan: true\n---\n" + text.replace("# ", f"# {Path(site).stem}: ", 1)
        (source / site).parent.mkdir(parents=True, exist_ok=True)
        (source / site).write_text(text, "utf-8")
    return sphinx(["-q", "-W", "--keep-going", "-c", str(Path(__file__).parent), str(source), str(out)])


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).absolute()))
