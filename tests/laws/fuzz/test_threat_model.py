"""`docs/threat-model.md` is true: its table by watching each command, its claims by the tests that it names."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ddms_compile.cli.commands import COMMANDS
from fuzz import corpus, rows
from fuzz.sandbox import Sandbox, differences
from fuzz.watch import Event

TESTS = Path(__file__).parents[1]
TEXT = rows.DOCUMENT.read_text("utf-8")

RUNS: dict[str, tuple[str, ...]] = {
    "build": ("build",),
    "build --check": ("build", "--check"),
    "check": ("check",),
    "init": ("init", "--yes", "--domain", "example.com", "--account", "111122223333"),
    "env new": ("env", "new", "qa", "--from", "staging"),
    "env list": ("env", "list"),
    "explain": ("explain", "prod", "aws_db_instance.postgres.multi_az"),
    "forget": ("forget", "prod", "staging"),
    "secrets": ("secrets", "prod"),
    "explain-code": ("explain-code", "DDMS101"),
    "schema": ("schema", "project"),
    "synth": ("synth",),
    "completion": ("completion", "bash"),
    "version": ("version",),
}
"""A use of each command; those that compile find a stale project, so that they do all their work."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sandbox with the shipped project, built, and then changed in each environment."""
    sandbox = Sandbox(tmp_path_factory.mktemp("built"))
    sandbox.make()
    sandbox.put({**corpus.charts(), **corpus.bases()["shipped"]})
    watched(sandbox, "build")
    for file in (sandbox.project / "environments").iterdir():
        file.write_text(file.read_text("utf-8") + "\n# changed\n", "utf-8")
    return sandbox.top


def watched(sandbox: Sandbox, *arguments: str) -> tuple[int, list[Event]]:
    command = [sys.executable, "-m", "fuzz.watched", str(sandbox.top), *arguments]
    environ = {**os.environ, "PYTHONPATH": str(TESTS)}
    ran = subprocess.run(command, cwd=TESTS, env=environ, capture_output=True, text=True, timeout=300)
    document = json.loads(ran.stdout)
    return document["code"], [Event(*fields) for fields in document["events"]]


@pytest.mark.parametrize("name", RUNS)
def test_a_command_touches_what_its_row_says(built: Path, tmp_path: Path, name: str) -> None:
    """Every file that a command reads or writes, and every program that it starts, is in its row of the table."""
    shutil.copytree(built, tmp_path / "copy", symlinks=True)
    sandbox = Sandbox(tmp_path / "copy")
    before = sandbox.outside()
    if name == "init":
        (sandbox.project / "ddms.toml").unlink()
        shutil.rmtree(sandbox.project / "environments")
    if name == "forget":  # a fork: its accounts are others
        for file in (sandbox.project / "ddms.toml", *(sandbox.project / "environments").iterdir()):
            file.write_text(re.sub(r'"[0-9]([0-9]{11})"', r'"9\1"', file.read_text("utf-8")), "utf-8")
    code, events = watched(sandbox, *RUNS[name])
    assert code == 0
    assert rows.beyond(rows.rows()[name], events, sandbox) == []
    assert differences(before, sandbox.outside()) == []


def test_each_command_has_its_row() -> None:
    """The table lists the commands that there are, `build --check` for itself, and no others."""
    commands = {" ".join(command.PATH) for command in COMMANDS}
    assert set(rows.rows()) == commands | {"build --check"} == set(RUNS)


def test_what_the_page_names_exists() -> None:
    """Each test, document and target of make that the page names is there."""
    makefile = (rows.DOCUMENT.parents[1] / "Makefile").read_text("utf-8")
    targets = re.findall(r"`make ([a-z-]+)`", TEXT)
    assert targets
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in targets)
    named = re.findall(r"`(tests/[^`:]+\.py)(?:::(\w+))?`", TEXT)
    assert len(named) > 10
    for path, function in named:
        assert (rows.DOCUMENT.parents[1] / path).is_file(), path
        if function:
            assert f"def {function}(" in (rows.DOCUMENT.parents[1] / path).read_text("utf-8"), function


def test_the_page_is_linked() -> None:
    """Whoever reads the README or the architecture finds the threat model."""
    root = rows.DOCUMENT.parents[1]
    assert "docs/threat-model.md" in (root / "README.md").read_text("utf-8")
    assert "threat-model.md" in (root / "docs/architecture.md").read_text("utf-8")
