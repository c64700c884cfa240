"""Two builds at once do not mix."""

import os
import subprocess
import time
from pathlib import Path

import pytest

from ddms_compile.diagnostics import DiagnosticError
from ddms_compile.write import locked
from write.scene import build, tree


def test_the_second_build_waits_and_says_for_whom(tmp_path: Path) -> None:
    """A build that has to wait says so once, with the other's process id, and gives up in time."""
    notices: list[str] = []
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        with locked(tmp_path):
            os.write(writing, b"x")
            time.sleep(30)
        os._exit(0)
    os.read(reading, 1)
    try:
        with pytest.raises(DiagnosticError) as caught, locked(tmp_path, wait=0.2, notice=notices.append):
            pass
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)
    assert notices == [f"waiting for another build (process {child}) of this project"]
    assert [d.code for d in caught.value.diagnostics] == ["DDMS504"]
    with locked(tmp_path, wait=0.0):  # the dead one holds nothing
        pass


def test_builds_at_once_leave_one_whole_tree(tmp_path: Path) -> None:
    """Processes that build different trees over each other leave one of them, whole."""
    contents = [{f"generated/prod/{name}": f"{number}" for name in "abcdefgh"} for number in range(3)]
    children = []
    for files in contents:
        child = os.fork()
        if child == 0:
            try:
                for _ in range(10):
                    build(tmp_path, files)
            except BaseException:
                os._exit(1)
            os._exit(0)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0, 0]
    written = {path: text for path, text in tree(tmp_path).items() if path != "generated/manifest.json"}
    assert written in contents


def test_the_lock_is_not_inherited(tmp_path: Path) -> None:
    """A program that a build starts and that outlives it does not keep the project locked."""
    with locked(tmp_path):
        left = subprocess.Popen(["sleep", "30"])
    try:
        with locked(tmp_path, wait=0.0):
            pass
    finally:
        left.kill()
        left.wait()


def test_the_state_directory_hides_itself_from_git(tmp_path: Path) -> None:
    """Nobody has to add it to a .gitignore."""
    with locked(tmp_path):
        pass
    assert (tmp_path / ".ddms-compile/.gitignore").read_text() == "*\n"


def test_a_state_directory_that_is_a_link_is_refused(tmp_path: Path) -> None:
    """State never goes outside the project."""
    root, outside = tmp_path / "project", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (root / ".ddms-compile").symlink_to(outside)
    with pytest.raises(DiagnosticError, match="symbolic link"), locked(root):
        pass
    assert list(outside.iterdir()) == []


def test_a_project_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """A state directory that cannot be made gives DDMS505, not a traceback."""
    (tmp_path / ".ddms-compile").write_text("a file")
    with pytest.raises(DiagnosticError) as caught, locked(tmp_path):
        pass
    assert [d.code for d in caught.value.diagnostics] == ["DDMS505"]
