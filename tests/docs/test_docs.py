"""What the documents name is there."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from example_project import built

ROOT = Path(__file__).parents[2]
WRITTEN = {ROOT / "docs/reference/runbook.md"}
DOCUMENTS = sorted({ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")} - WRITTEN)
PROGRAM = Path(sys.executable).with_name("ddms-compile")

PACKAGES = [path.parent for path in (ROOT / "src/ddms_compile").glob("*/__init__.py")]
FROM = (ROOT, ROOT / "src/ddms_compile", ROOT / "docs", built(), *PACKAGES)
"""A path may be given from any of these: the folder map names what is inside of each package."""


def identity(path: Path) -> str:
    """The path as the test report shows it."""
    return str(path.relative_to(ROOT))


def named_paths(text: str) -> set[str]:
    """Everything in backticks that looks like a path of this project."""
    words = {word for code in re.findall(r"`([^`\n]+)`", text) for word in code.split()}
    return {
        word.rstrip("/,.;:")
        for word in words
        if "/" in word
        and not re.search(r"[<>*{}$…()=\"']|^-|^/|//|^[A-Z_]+/|^aws/|^[0-9.]+/[0-9]+$", word)
        and re.fullmatch(r"[\w./-]+", word)
    }


@pytest.mark.parametrize("document", DOCUMENTS, ids=identity)
def test_every_path_that_a_document_names_exists(document: Path) -> None:
    """A reader who follows a path finds something."""
    text = re.sub(r"^<!-- effect.*?^<!-- end of effect -->$", "", document.read_text("utf-8"), flags=re.M | re.S)
    missing = [
        path
        for path in sorted(named_paths(text))
        if not any((base / path).exists() for base in (*FROM, document.parent)) and path not in EXAMPLES
    ]
    assert missing == []


EXAMPLES = {
    "aws-actions/amazon-ecr-login",
    "build/docs/index.html",
    "cdktf.out",
    "ddms/prod/app",
    "ddms/prod/redis",
    "diagnostics/codes/DDMSnnn.md",
    "backend",
    "environments/qa.toml",
    "frontend",
    "generated/charts",
    "orgs/ORG",
    "owner/name",
    "repos/ORG/REPO",
    "node_modules",
    "spec/queue.py",
    "terraform/components/queue.py",
    "tests/unit/terraform/test_queue.py",
    "synthesize",
    ".ddms-compile",
    ".terraform",
}
"""Files that a reader is told to make or a decision remembers, folders that programs make, names that are no paths."""


def anchors(text: str) -> set[str]:
    """The anchors that GitHub gives to the headings of a page."""
    prose = re.sub(r"^(`{3,}).*?^\1$", "", text, flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#{1,6} (.+)$", prose, re.MULTILINE)
    return {
        re.sub(r"[^\w\- ]", "", re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", each)).lower().replace(" ", "-")
        for each in headings
    }


@pytest.mark.parametrize("document", DOCUMENTS, ids=identity)
def test_every_relative_link_leads_somewhere(document: Path) -> None:
    """On GitHub each link within the repository finds its file, and its heading."""
    prose = re.sub(r"^(`{3,}).*?^\1$", "", document.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    for link in re.findall(r"\]\(([^)\s]+)\)", prose):
        if not re.match(r"[a-z]+:", link):
            path, _, anchor = link.partition("#")
            target = document.parent / path if path else document
            assert target.exists(), link
            assert not anchor or anchor in anchors(target.read_text("utf-8")), link


def test_every_file_of_the_catalog_is_in_its_document() -> None:
    """Whoever wonders where a fact is from finds its file, and who reads it, in one table."""
    folder = ROOT / "src/ddms_compile/catalog"
    files = {path.name for path in folder.iterdir() if path.suffix in (".toml", ".txt", ".json")}
    rows = re.findall(r"^\| `catalog/([\w.-]+)` \|", (ROOT / "docs/catalog.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(rows) == sorted(files)


def test_every_table_of_the_catalog_says_where_it_is_from_and_of_which_day() -> None:
    """A fact without a source and a date cannot be checked again."""
    folder = ROOT / "src/ddms_compile/catalog"
    for path in [*folder.glob("*.toml"), *folder.glob("*.txt")]:
        head = " ".join(line for line in path.read_text("utf-8").splitlines() if line.startswith("#"))
        assert re.search(r"(as of|on) \d{4}-\d\d-\d\d", head, re.IGNORECASE), path.name


@pytest.mark.parametrize("document", DOCUMENTS, ids=identity)
def test_every_target_of_make_that_a_document_names_exists(document: Path) -> None:
    """`make something` does something."""
    named = set(re.findall(r"(?:^|`)\s*make ([a-z][a-z0-9-]*)", document.read_text("utf-8"), re.MULTILINE))
    known = set(re.findall(r"^([a-z][a-z0-9-]*):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert named <= known


def test_every_command_that_the_readme_names_exists() -> None:
    """Each line of the table of commands is a command of the program, and each command is in the table."""
    readme = (ROOT / "README.md").read_text("utf-8")
    section = readme[readme.index("| command |") : readme.index("## Repository layout")]
    table = re.findall(r"^\| (`[a-z].*?) \|", section, re.MULTILINE)
    named = {command.split()[0] for cell in table for command in re.findall(r"`([^`]+)`", cell)}
    output = subprocess.run([PROGRAM, "--help"], capture_output=True, text=True, check=True, timeout=60).stdout
    known = set(re.findall(r"^    ([a-z][a-z-]*)  ", output, re.MULTILINE))
    assert named == known - {"synth"}


def test_the_folder_map_is_the_tree() -> None:
    """Each package below `src/ddms_compile` has its row in the map, and each row its package."""
    package = ROOT / "src/ddms_compile"
    text = (ROOT / "docs/architecture.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)/` \|", text.partition("## Folder map")[2].partition("\n## ")[0], re.MULTILINE)
    assert sorted(rows) == sorted(path.parent.name for path in package.glob("*/__init__.py"))
