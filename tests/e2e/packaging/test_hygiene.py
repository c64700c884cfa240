"""What surrounds the code: license, metadata, the compiler's own workflow, hooks, the changelog."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from ddms_compile import __version__
from ddms_compile.catalog.actions import actions
from ddms_compile.cli.commands import COMMANDS
from oracles import workflows as oracle

ROOT = Path(__file__).parents[3]
WORKFLOW = ROOT / ".github/workflows/compiler.yml"


def project() -> dict[str, Any]:
    """`[project]` of pyproject.toml."""
    table: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return table


def test_github_accepts_the_workflow_of_the_compiler() -> None:
    """The schema, actionlint and zizmor find nothing, and nothing is waived."""
    reason = oracle.unavailable()
    if reason:
        pytest.skip(f"UNCHECKED workflow of the compiler: {reason}")
    assert oracle.problems(WORKFLOW.read_text("utf-8")) == []


def test_the_workflow_of_the_compiler_pins_the_actions_of_the_catalog() -> None:
    """One list of pins for both workflows: an update of the catalog updates both."""
    uses = re.findall(r"uses: (\S+)@(\w+) # (\S+)", WORKFLOW.read_text("utf-8"))
    assert uses
    pins = {action.name: (action.commit, action.tag) for action in actions()}
    for name, commit, tag in uses:
        assert (commit, tag) == pins[name], name


def test_each_target_that_the_workflow_runs_exists() -> None:
    """A renamed target of the Makefile fails here, not on GitHub."""
    targets = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z-]+)", WORKFLOW.read_text("utf-8"))) <= targets


def test_the_changelog_names_the_version_of_the_package() -> None:
    """The newest dated release is the package's version, in both places where the version stands."""
    newest = re.search(
        r"^## (\d+\.\d+\.\d+) - \d{4}-\d\d-\d\d$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE
    )
    assert newest is not None
    assert newest[1] == __version__ == project()["version"]


def test_the_release_notes_are_the_section_of_the_changelog() -> None:
    """The notes of the newest release end before the next one; a version without a dated section has none."""
    script = (sys.executable, ROOT / ".ci/release_notes.py")
    made = subprocess.run([*script, __version__], capture_output=True, text=True, timeout=60, check=True).stdout
    assert made.startswith("### ") and made in (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert not re.search(r"^## ", made, re.MULTILINE)
    for version in ("9.9.9", "Unreleased", "0.1"):
        refused = subprocess.run([*script, version], capture_output=True, text=True, timeout=60, check=False)
        assert refused.returncode == 1 and version in refused.stderr


def test_the_metadata_names_the_license_and_its_files() -> None:
    """Whoever installs the wheel can read under which terms."""
    assert project()["license"] == "Apache-2.0"
    assert all((ROOT / name).read_text("utf-8").strip() for name in project()["license-files"])
    assert (ROOT / "src/ddms_compile/py.typed").is_file()


def test_each_hook_runs_a_command_that_exists() -> None:
    """A hook of pre-commit starts the program with one of its commands."""
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    commands = {" ".join(command.PATH) for command in COMMANDS}
    for hook in hooks:
        program, command, *_options = hook["entry"].split()
        assert program in project()["scripts"]
        assert command in commands
        assert re.compile(hook["files"]).search("ddms.toml")
    named = re.findall(r"- id: (\S+)", (ROOT / "docs/pre-commit.md").read_text("utf-8"))
    assert named == [hook["id"] for hook in hooks]


@pytest.mark.parametrize("path", ["generated/prod/RUNBOOK.md", ".github/workflows/ci-cd.yml", ".requirements/dev.txt"])
def test_reviews_collapse_what_is_generated(path: str) -> None:
    """GitHub hides the diff of a generated file until somebody opens it."""
    patterns = re.findall(r"^(\S+) linguist-generated$", (ROOT / ".gitattributes").read_text("utf-8"), re.MULTILINE)
    assert any(
        Path(path).match(pattern.replace("/**", "/*")) or path.startswith(pattern.removesuffix("**"))
        for pattern in patterns
    )
