"""Code is loaded, and temporary folders are made, only where nobody else can put anything."""

import marshal
import os
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ddms_compile.cdktf import store
from ddms_compile.cli.context import _cache_dir, _cache_for
from ddms_compile.cli.internal import internal_error
from ddms_compile.disk import code, private
from ddms_compile.write.fingerprint import PACKAGE

FILES = {"python/evil": marshal.dumps(compile("pass", "x", "exec")), "runtime/lib/program.js": b"x"}
ABOUT: dict[str, dict[str, str]] = {"modules": {}}
STRANGER = 4711
Spoil = Callable[[Path], object]


def give_away(path: Path) -> None:
    try:
        os.chown(path, STRANGER, STRANGER, follow_symlinks=False)
    except PermissionError:
        pytest.skip("SKIPPED CHECK: files cannot be given away here (needs root)")


def to_group(path: Path) -> None:
    try:
        os.chown(path, -1, STRANGER)
    except PermissionError:
        pytest.skip("SKIPPED CHECK: files cannot be given to a group here (needs root)")
    path.chmod(path.stat().st_mode | stat.S_IWGRP)


def by_link(path: Path) -> None:
    moved = path.rename(path.with_name(f"{path.name}-moved"))
    path.symlink_to(moved)


def by_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


OF_ANY: dict[str, Spoil] = {
    "of somebody else": give_away,
    "open to all": lambda path: path.chmod(path.stat().st_mode | stat.S_IWOTH),
    "open to a group": to_group,
    "a link": by_link,
}
PLACES = (
    "",
    "bindings",
    "bindings/key",
    "bindings/key/python",
    "bindings/key/python/evil",
    "bindings/key/manifest.json",
)


@pytest.mark.parametrize("kind", OF_ANY)
@pytest.mark.parametrize("place", PLACES)
def test_code_that_others_could_have_written_is_not_loaded(tmp_path: Path, place: str, kind: str) -> None:
    """At every level: the cache, its folders, a file. A link is no danger where it leads to a private folder."""
    cache = tmp_path / "cache"
    store.keep(cache, "key", FILES, ABOUT)
    assert store.find(cache, "key") is not None
    OF_ANY[kind](cache / place)
    if kind == "a link" and place in ("", "bindings"):
        assert store.find(cache, "key") is not None
        return
    assert store.find(cache, "key") is None


def test_a_pipe_in_the_cache_is_not_waited_for(tmp_path: Path) -> None:
    """Neither as the manifest nor as a file."""
    for name in ("manifest.json", "python/evil"):
        store.keep(tmp_path, "key", FILES, ABOUT)
        by_pipe(tmp_path / "bindings/key" / name)
        assert store.find(tmp_path, "key") is None


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '["x"]', "{}", '["x", 5]', '[["x"], "y"]', "\x00", '["a", "' + "[" * 9999]
)
def test_a_damaged_manifest_of_the_cache_is_made_again(tmp_path: Path, text: str) -> None:
    """Whatever it holds."""
    store.keep(tmp_path, "key", FILES, ABOUT)
    (tmp_path / "bindings/key/manifest.json").write_text(text)
    assert store.find(tmp_path, "key") is None
    assert store.keep(tmp_path, "key", FILES, ABOUT).path == tmp_path / "bindings/key"


def test_a_swapped_file_is_not_run(tmp_path: Path) -> None:
    """Between the look at the folder and the import of a module."""
    entry = store.keep(tmp_path, "key", FILES, ABOUT)
    by_link(entry.path / "python/evil")
    with pytest.raises(OSError, match="symbolic link"):
        code.load(entry.path, "python/evil")


def test_without_a_safe_cache_bindings_live_in_a_private_temporary_folder(tmp_path: Path) -> None:
    """0700, and not where others have prepared one."""
    cache = tmp_path / "cache"
    cache.mkdir()
    cache.chmod(0o777)
    for chosen in (cache, None):
        entry = store.keep(chosen, "key", FILES, ABOUT)
        assert entry.temporary
        assert not entry.path.is_relative_to(cache)
        assert stat.S_IMODE(entry.path.stat().st_mode) == 0o700
        assert (entry.path / "python/evil").stat().st_mode & 0o077 == 0
    assert list(cache.iterdir()) == []


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, None),
        ({"HOME": ""}, None),
        ({"HOME": "relative"}, None),
        ({"XDG_CACHE_HOME": "relative", "HOME": "/home/me"}, "/home/me/.cache/ddms-compile"),
        ({"XDG_CACHE_HOME": "../..", "HOME": "."}, None),
        ({"XDG_CACHE_HOME": "/cache"}, "/cache/ddms-compile"),
    ],
)
def test_the_cache_is_where_the_user_has_one(environ: dict[str, str], expected: str | None) -> None:
    """Without a home there is none: a name in /tmp that everybody knows is everybody's."""
    found = _cache_dir(environ)
    assert (None if found is None else str(found)) == expected


def test_a_cache_in_the_repository_is_none(tmp_path: Path) -> None:
    """Its content came with the branch: in the project, in the repository around it, and through a link."""
    (tmp_path / "repository/.git").mkdir(parents=True)
    project = tmp_path / "repository/project"
    project.mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "repository/.cache")
    for inside in (project / ".cache", tmp_path / "repository/.cache", tmp_path / "link"):
        assert _cache_for(project, inside) is None
    assert _cache_for(project, tmp_path / "cache") == tmp_path / "cache"
    assert _cache_for(project, tmp_path / "repository-2") == tmp_path / "repository-2"


def test_temporary_folders_are_made_where_they_stay_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """TMPDIR may be open to all with the sticky bit, and not without."""
    tmp_path.chmod(0o777)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert private.temporary_folder() != tmp_path
    tmp_path.chmod(0o1777)
    assert private.temporary_folder() == tmp_path
    give_away(tmp_path)
    assert private.temporary_folder() != tmp_path


HOLD = """
import sys, time
from pathlib import Path
from ddms_compile.disk.private import Scratch
scratch = Scratch(Path(sys.argv[1]))
(scratch.path / "big").write_text("x")
print(scratch.path, flush=True)
time.sleep(60)
"""


def held(cache: Path) -> "tuple[subprocess.Popen[str], Path]":
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(cache)],
        env={"PYTHONPATH": str(PACKAGE.parent)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def test_what_a_killed_process_left_goes_with_the_next(tmp_path: Path) -> None:
    """And what a living one has stays."""
    (killed, left), (living, kept) = held(tmp_path), held(tmp_path)
    try:
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        assert left.is_dir()
        scratch = private.Scratch(tmp_path)
        assert not left.exists()
        assert (kept / "big").exists()
        scratch.close()
        scratch.close()
        assert not scratch.path.exists()
    finally:
        living.kill()
        living.wait()
    private.Scratch(tmp_path).close()
    assert list((tmp_path / "run").iterdir()) == []


def test_a_folder_of_the_same_name_that_is_not_ours_stays(tmp_path: Path) -> None:
    """Nobody loses a folder because of what it is called."""
    theirs = tmp_path / f"run/{private.PREFIX}abcdefgh"
    (theirs / "photos").mkdir(parents=True)
    (tmp_path / f"run/{private.PREFIX}empty").mkdir()
    (tmp_path / "run/other").mkdir()
    for folder in (tmp_path, tmp_path / "run"):
        folder.chmod(0o700)
    private.Scratch(tmp_path).close()
    assert sorted(path.name for path in (tmp_path / "run").iterdir()) == [theirs.name, "other"]
    assert (theirs / "photos").is_dir()


def test_a_link_with_the_name_of_a_temporary_folder_is_not_followed(tmp_path: Path) -> None:
    """Cleaning up stays in its folder."""
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious/photo").write_text("precious")
    (tmp_path / "run").mkdir(mode=0o700)
    (tmp_path / f"run/{private.PREFIX}x").symlink_to(tmp_path / "precious")
    private.Scratch(tmp_path).close()
    assert (tmp_path / "precious/photo").read_text() == "precious"


def test_the_report_of_a_bug_is_for_its_user_only(tmp_path: Path) -> None:
    """0600, and not in a folder that others can write in."""
    tmp_path.chmod(0o777)
    now = datetime(2026, 1, 1, tzinfo=UTC)
    diagnostic = internal_error(ValueError("secret"), tmp_path, now)
    saved = Path(diagnostic.notes[1].removeprefix("the details are in "))
    try:
        assert not saved.is_relative_to(tmp_path)
        assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    finally:
        saved.unlink()


HIJACKS = {
    "NODE_OPTIONS": "--require {evil}",
    "NODE_PATH": "{folder}",
    "NODE_REPL_EXTERNAL_MODULE": "{evil}",
    "JSII_RUNTIME": "{evil}",
    "JSII_NODE": "{folder}/program",
    "JSII_KERNEL": "{evil}",
    "BUN_INSTALL": "{folder}",
}
MAKE = """
import sys
from pathlib import Path
from ddms_compile.cdktf import load, synthesize
binding = load(["helm_release"], cache_dir=Path(sys.argv[1]), mode=sys.argv[2])
stack = binding.core.TerraformStack(binding.core.App(), "sample")
print(binding.mode, len(synthesize(stack)) > 0)
"""


@pytest.mark.parametrize("mode", ["slim", "full"])
def test_no_variable_runs_code_in_node(tmp_path: Path, mode: str) -> None:
    """Variables of Node and of jsii that name a program are not handed on, however CDKTF is loaded."""
    evil, program, pwned = tmp_path / "evil.js", tmp_path / "program", tmp_path / "PWNED"
    evil.write_text(f"require('fs').writeFileSync({str(pwned)!r}, '')\n")
    program.write_text(f"#!/bin/sh\ntouch {pwned}\n")
    program.chmod(0o755)
    hostile = {name: value.format(evil=evil, folder=tmp_path) for name, value in HIJACKS.items()}
    ran = subprocess.run(
        [sys.executable, "-c", MAKE, str(tmp_path / "cache"), mode],
        env={**hostile, "PYTHONPATH": str(PACKAGE.parent), "HOME": str(tmp_path), "TMPDIR": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert ran.stdout == f"{mode} True\n", ran.stderr
    assert not pwned.exists()
    assert list(tmp_path.glob(f"{private.PREFIX}*")) == []


WORK = """
import os, sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from ddms_compile.cdktf.surroundings import python_surroundings, surrounded
if __name__ == "__main__":
    with surrounded(python_surroundings()):
        pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
        print(pool.submit(os.getenv, "PYTHONSTARTUP").result())
    pool.shutdown()
    print(os.environ["PYTHONSTARTUP"])
"""


def test_a_worker_imports_nothing_from_the_repository(tmp_path: Path) -> None:
    """The processes for many environments are started as `python -c`, which would look in the working directory."""
    script = tmp_path / "script.py"
    script.write_text(WORK)
    repository = tmp_path / "repository"
    repository.mkdir()
    for name in ("multiprocessing", "signal", "pickle", "sitecustomize", "usercustomize"):
        (repository / f"{name}.py").write_text(f"open({str(tmp_path / 'PWNED')!r}, 'w')\n")
    ran = subprocess.run(
        [sys.executable, "-P", str(script)],
        env={"PYTHONPATH": str(PACKAGE.parent), "PYTHONSTARTUP": "mine"},
        cwd=repository,
        capture_output=True,
        text=True,
    )
    assert ran.stdout == "None\nmine\n", ran.stderr
    assert not (tmp_path / "PWNED").exists()
