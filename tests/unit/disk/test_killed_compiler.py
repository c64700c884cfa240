"""The real compiler, killed: the tree is one of two, and nothing of it stays on the disk."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ddms_compile.write.fingerprint import PACKAGE
from example_project import lay_out

PROD = "environments/prod.toml"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    lay_out(root)
    for path in (root / "environments").glob("*.toml"):
        if path != root / PROD:
            path.unlink()
    (tmp_path / "tmp").mkdir()
    return root


def start(root: Path) -> "subprocess.Popen[bytes]":
    environ = {
        "PYTHONPATH": str(PACKAGE.parent),
        "HOME": str(root.parent),
        "TMPDIR": str(root.parent / "tmp"),
        "PATH": os.defpath,
    }
    command = [sys.executable, "-m", "ddms_compile", "-C", str(root), "build", "-q"]
    return subprocess.Popen(
        command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    )


def build(root: Path) -> float:
    begun = time.monotonic()
    process = start(root)
    said = process.communicate()[1]
    assert process.returncode == 0, said
    return time.monotonic() - begun


def generated(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for top in ("generated", ".github")
        for path in sorted((root / top).rglob("*"))
        if path.is_file()
    }


def left(root: Path) -> list[str]:
    """What builds leave in temporary folders, and what they should not leave in the cache."""
    running = root.parent / ".cache/ddms-compile/run"
    return [path.name for folder in (root.parent / "tmp", running) if folder.exists() for path in folder.iterdir()]


def test_a_killed_compiler_leaves_one_tree_and_no_folders(project: Path) -> None:
    """Killed at any moment, by DDMS_KILLS / 10 kills: the next build finishes or begins anew, and cleans up.

    Folders of Node are gone with the next build, wherever they were.
    """
    chance = random.Random(int(os.environ.get("DDMS_SEED", "7")))
    build(project)
    text = (project / PROD).read_text()
    texts = [text, text.replace("max = 9", "max = 8")]
    trees = [generated(project)]
    (project / PROD).write_text(texts[1])
    seconds = build(project)
    trees.append(generated(project))
    assert trees[0] != trees[1]
    for number in range(max(2, int(os.environ.get("DDMS_KILLS", "0")) // 10)):
        (project / PROD).write_text(texts[number % 2])
        process = start(project)
        time.sleep(chance.uniform(0.2, 1.0) * seconds)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        if not (project / ".ddms-compile/journal.json").exists():
            assert generated(project) in trees, number
        build(project)
        assert generated(project) == trees[number % 2], number
        assert left(project) == [], number
