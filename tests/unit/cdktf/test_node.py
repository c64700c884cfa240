"""The Node process goes away with its parent, quietly, however that ends."""

import signal
import time
from pathlib import Path

import pytest

from bindings.running import run, start
from ddms_compile.cdktf import node
from ddms_compile.cdktf.store import SlimFolder


def _children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _gone(pid: int) -> bool:
    for _ in range(200):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


def test_an_end_and_an_interrupt_are_silent(tmp_path: Path) -> None:
    """Nothing is written to stderr by a clean exit, nor by one after Ctrl-C, which has its own exit code."""
    cache = tmp_path / "cache"
    run(cache)
    assert run(cache)[1] == ""
    assert run(cache, ending="interrupt", code=130)[1] == ""


def test_node_ends_when_python_is_killed(tmp_path: Path) -> None:
    """No process is left behind by a parent that had no time to clean up."""
    process = start(tmp_path / "cache", ending="hang")
    assert process.stdout is not None
    assert process.stdout.readline()
    (node,) = _children(process.pid)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert _gone(node)


def test_a_reader_that_goes_away_makes_no_noise_in_node(tmp_path: Path) -> None:
    """A closed pipe is Python's own affair: Node holds none of its streams."""
    process = start(tmp_path / "cache", ending="quiet")
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    said = process.stderr.read()
    process.wait(timeout=60)
    assert "jsii" not in said
    assert "node" not in said.lower().replace("nodejs", "")


def test_a_node_that_does_not_answer_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With too little address space V8 never finishes its start: an error after a while, and no process left."""
    silent = tmp_path / "silent"
    silent.write_text("#!/bin/sh\nexec sleep 60\n")
    silent.chmod(0o755)
    monkeypatch.setattr(node, "PATIENCE_SECONDS", 0.2)
    monkeypatch.setattr(node, "GRACE_SECONDS", 0.2)
    entry = SlimFolder(path=tmp_path, about={"assemblies": []})
    started = node.Node(silent, entry, None)
    child = started._pid
    with pytest.raises(node.NodeTimeoutError, match="did not answer"):
        started.settle()
    assert _gone(child)
