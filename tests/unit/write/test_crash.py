"""A build killed at any moment leaves the old tree or the new one."""

import errno
import os
import random
import signal
import subprocess
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from ddms_compile.diagnostics import DiagnosticError
from ddms_compile.write import locked, pending, plan, recover
from write.scene import artifacts, build, directories, put, staged, tree

OLD = {
    "generated/prod/kept": "same",
    "generated/prod/changed": "old",
    "generated/prod/file-then-directory": "old",
    "generated/prod/directory-then-file/x": "old",
    "generated/prod/gone/deep/x": "old",
    "generated/prod/stack/cdk.tf.json": "old",
    ".github/workflows/ci-cd.yml": "old",
}
NEW = {
    "generated/prod/kept": "same",
    "generated/prod/changed": "new",
    "generated/prod/file-then-directory/x": "new",
    "generated/prod/directory-then-file": "new",
    "generated/prod/added/deep/x": "new",
    "generated/schema/x.json": "new",
    ".github/workflows/ci-cd.yml": "new",
}
FOREIGN = {"generated/prod/stack/.terraform/state": "theirs", "generated/notes.txt": "theirs", "ddms.toml": "theirs"}
Step = Callable[[str], None]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    put(tmp_path, FOREIGN)
    build(tmp_path, OLD)
    return tmp_path


def steps_of_a_build(root: Path) -> list[str]:
    names: list[str] = []
    build(root, NEW, step=names.append)
    return names


def in_child(work: Callable[[], object]) -> int:
    """Runs `work` in a forked process and returns its wait status."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1]


def stop_at(number: int, act: Callable[[], None]) -> Step:
    count = iter(range(10_000))
    return lambda _name: act() if next(count) == number else None


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_killed_before_each_step(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Before the journal, the old tree is untouched; after it, the next command makes the new tree, exactly."""
    model = tmp_path_factory.mktemp("model")
    put(model, FOREIGN)
    build(model, OLD)
    old, old_directories = tree(model), directories(model)
    names = steps_of_a_build(model)
    new, new_directories = tree(model), directories(model)
    assert len(names) > 20

    for number, name in enumerate(names):
        root = tmp_path_factory.mktemp("killed")
        put(root, FOREIGN)
        build(root, OLD)
        status = in_child(partial(build, root, NEW, step=stop_at(number, die)))
        assert os.WTERMSIG(status) == signal.SIGKILL, name
        if not pending(root):
            committed = name == "forget"
            assert tree(root) == (new if committed else old), name
        began = recover(root)
        assert (tree(root), directories(root)) == ((new, new_directories) if began else (old, old_directories)), name
        assert staged(root) == [], name
        build(root, NEW)
        assert tree(root) == new, name


def test_killed_while_undoing(project: Path) -> None:
    """A process that is killed while it undoes a failed build leaves what recovery makes the new tree of."""
    old = tree(project)
    names = steps_of_a_build(project)
    new = tree(project)
    for number in range(names.index("journal") + 2, len(names) - 1):
        build(project, OLD)
        seen: list[str] = []

        def fail_then_die(name: str, number: int = number, seen: list[str] = seen) -> None:
            seen.append(name)
            if len(seen) == number + 1:
                raise OSError(errno.ENOSPC, "full")
            if len(seen) > number + 2:
                die()

        in_child(partial(build, project, NEW, step=fail_then_die))
        recover(project)
        assert tree(project) in (new, old)
        assert staged(project) == []
        build(project, NEW)
        assert tree(project) == new


def test_a_directory_emptied_by_the_killed_build_is_removed_by_recovery(project: Path) -> None:
    """Killed between deleting a file and removing its directory, the directory does not stay."""
    names = steps_of_a_build(project)
    new_directories = directories(project)
    build(project, OLD)
    in_child(lambda: build(project, NEW, step=stop_at(names.index("delete generated/prod/gone/deep/x"), die)))
    (project / "generated/prod/gone/deep/x").unlink()
    recover(project)
    assert directories(project) == new_directories


def test_killed_while_recovering(project: Path) -> None:
    """Recovery can itself be interrupted and done again."""
    names = steps_of_a_build(project)
    new = tree(project)
    build(project, OLD)
    middle = names.index("journal") + 3
    in_child(lambda: build(project, NEW, step=stop_at(middle, die)))
    assert pending(project)
    for delay in (0.0, 0.0002, 0.0005, 0.001):
        child = os.fork()
        if child == 0:
            recover(project)
            os._exit(0)
        time.sleep(delay)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    recover(project)
    assert tree(project) == new
    assert staged(project) == []


def test_killed_many_times(project: Path) -> None:
    """After each kill, before a step or at any moment, the next command finds the old tree or the new one, whole.

    DDMS_KILLS says how many, 40 by default; DDMS_SEED which. The kills go on with the tree that the last one left.
    """
    chance = random.Random(int(os.environ.get("DDMS_SEED", "7")))
    names = steps_of_a_build(project)
    new, new_directories = tree(project), directories(project)
    build(project, OLD)
    whole = [(tree(project), directories(project)), (new, new_directories)]
    begun = time.monotonic()
    build(project, NEW)
    build(project, OLD)
    both = time.monotonic() - begun
    for number in range(int(os.environ.get("DDMS_KILLS", "40"))):
        if number % 2:
            status = killed_after(project, chance.uniform(0, 2 * both))
        else:
            wanted, step = chance.choice((OLD, NEW)), chance.randrange(len(names))
            build(project, NEW if wanted is OLD else OLD)
            status = in_child(partial(build, project, wanted, step=stop_at(step, die)))
        assert os.WIFSIGNALED(status) or not number % 2, number
        with locked(project, wait=20.0):
            recover(project)
        assert (tree(project), directories(project)) in whole, number
        assert staged(project) == [], number


def killed_after(root: Path, seconds: float) -> int:
    """Kills a process that builds one tree and the other in turn, so long after its first build; its wait status."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        build(root, OLD)
        os.write(writing, b"x")
        while True:
            build(root, NEW)
            build(root, OLD)
    os.read(reading, 1)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
    os.close(reading)
    os.close(writing)
    return status


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EIO])
def test_an_error_before_each_step_is_undone(tmp_path_factory: pytest.TempPathFactory, code: int) -> None:
    """A full disk at any moment gives DDMS505 and the old tree, at once and without a recovery."""
    model = tmp_path_factory.mktemp("model")
    put(model, FOREIGN)
    build(model, OLD)
    old, old_directories = tree(model), directories(model)
    count = len(steps_of_a_build(model))

    def fail() -> None:
        raise OSError(code, os.strerror(code))

    for number in range(count):
        root = tmp_path_factory.mktemp("failed")
        put(root, FOREIGN)
        build(root, OLD)
        with pytest.raises(DiagnosticError) as caught:
            build(root, NEW, step=stop_at(number, fail))
        assert [d.code for d in caught.value.diagnostics] == ["DDMS505"]
        assert (tree(root), directories(root)) == (old, old_directories), number
        assert staged(root) == [], number


def test_a_full_disk_for_real(tmp_path: Path) -> None:
    """On a file system without room for the new files, the old ones stay and the message says why."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=96k", "tmpfs", str(disk)], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("SKIPPED CHECK: a small file system cannot be mounted here (needs root)")
    try:
        build(disk, OLD)
        old = tree(disk)
        with pytest.raises(DiagnosticError) as caught:
            build(disk, {**NEW, **{f"generated/big/{n}": "x" * 20_000 for n in range(8)}})
        (diagnostic,) = caught.value.diagnostics
        assert diagnostic.code == "DDMS505"
        assert "no space is left on the disk" in diagnostic.message
        assert tree(disk) == old
        build(disk, NEW)
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_another_file_system_inside_generated_is_refused_before_anything_happens(tmp_path: Path) -> None:
    """A rename cannot cross file systems, so the build says so first."""
    (tmp_path / "generated/prod").mkdir(parents=True)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(tmp_path / "generated/prod")], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("SKIPPED CHECK: a file system cannot be mounted here (needs root)")
    try:
        with pytest.raises(DiagnosticError, match="another file system"):
            build(tmp_path, {"generated/a": "x", "generated/prod/x": "x"})
        assert tree(tmp_path) == {}
    finally:
        subprocess.run(["umount", str(tmp_path / "generated/prod")], check=True)


def test_an_edit_after_the_kill_is_kept(project: Path) -> None:
    """Recovery never overwrites a file that somebody edited since; the next build reports it."""
    names = steps_of_a_build(project)
    build(project, OLD)
    in_child(lambda: build(project, NEW, step=stop_at(names.index("journal") + 1, die)))
    assert pending(project)
    put(project, {"generated/prod/changed": "mine"})
    recover(project)
    assert tree(project)["generated/prod/changed"] == "mine"
    assert tree(project)["generated/schema/x.json"] == "new"
    conflicts = plan(project, artifacts(NEW), environments=None, force=False).conflicts
    assert [(d.code, d.message) for d in conflicts] == [("DDMS501", "generated/prod/changed was edited by hand")]


def test_after_another_branch_was_checked_out_nothing_is_rolled_forward(project: Path) -> None:
    """With another manifest in place, the interrupted build is not about this tree any more."""
    names = steps_of_a_build(project)
    build(project, OLD)
    in_child(lambda: build(project, NEW, step=stop_at(names.index("journal") + 1, die)))
    put(project, {"generated/manifest.json": '{"files": {}, "version": 1}'})
    before = tree(project)
    recover(project)
    assert tree(project) == before
    assert not pending(project)


def test_an_edit_while_the_build_runs_is_kept(project: Path) -> None:
    """A file that changes between planning and writing stops the build."""

    def edit(name: str) -> None:
        if name == "stage generated/prod/changed":
            put(project, {"generated/prod/changed": "mine"})

    with pytest.raises(DiagnosticError, match="changed while the build ran"):
        build(project, NEW, step=edit)
    assert tree(project)["generated/prod/changed"] == "mine"
    assert staged(project) == []


@pytest.mark.parametrize("text", ["{", "[]", '{"operations": [{"number": 0}]}'])
def test_a_broken_journal_is_named(project: Path, text: str) -> None:
    """Nobody's guess: a journal that cannot be read stops the build and says what to do."""
    put(project, {".ddms-compile/journal.json": text})
    with pytest.raises(DiagnosticError, match="journal"):
        build(project, NEW)


def test_a_forged_journal_cannot_reach_outside(project: Path) -> None:
    """A journal's paths are checked like a manifest's."""
    operation = '{"number": 0, "path": "ddms.toml", "before": null, "after": null}'
    forged = f'{{"version": 1, "operations": [{operation}]}}'
    put(project, {".ddms-compile/journal.json": forged})
    with pytest.raises(DiagnosticError, match=r"ddms\.toml"):
        build(project, NEW)
    assert (project / "ddms.toml").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_wait_for_the_last_file(project: Path, number: signal.Signals) -> None:
    """Ctrl-C while files are replaced takes effect after the last one."""
    arrived: list[int] = []
    before = signal.signal(number, lambda *_: arrived.append(number))
    try:
        names: list[str] = []

        def interrupt(name: str) -> None:
            names.append(name)
            if name.startswith("replace") and not arrived:
                os.kill(os.getpid(), number)
                assert arrived == []

        build(project, NEW, step=interrupt)
    finally:
        signal.signal(number, before)
    assert arrived == [number]
    assert names[-1] == "forget"
    assert tree(project)["generated/prod/changed"] == "new"
