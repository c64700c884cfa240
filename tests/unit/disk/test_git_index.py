"""What git tracks is read off its index as git itself reads it, in every form that git writes."""

import shutil
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from ddms_compile.disk.door import Refused
from ddms_compile.disk.git_index import tracked

STATE = ".ddms-compile"
Arrange = Callable[[Path], object]


def git(root: Path, *arguments: str) -> str:
    if shutil.which("git") is None:
        pytest.skip("SKIPPED CHECK: no git here to write an index")
    settings = ("-c", "user.name=n", "-c", "user.email=e@example.com", "-c", "protocol.file.allow=always")
    done = subprocess.run(["git", *settings, *arguments], cwd=root, capture_output=True, text=True, check=True)
    return done.stdout


def put(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(path)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """With files whose names are near that of the working folder, before and after it."""
    root = tmp_path / "repository"
    root.mkdir()
    git(root, "init", "-q")
    put(root, ".d", ".ddms-compile-not", ".ddms-compil", ".dockerignore", "a/.ddms-compile/x", "ddms.toml")
    git(root, "add", "-f", ".d", ".ddms-compile-not", ".ddms-compil", ".dockerignore", "ddms.toml")
    return root


FORMS: dict[str, Arrange] = {
    "version 2": lambda root: git(root, "update-index", "--index-version", "2"),
    "version 3": lambda root: git(root, "add", "-N", "-f", "a/.ddms-compile/x"),
    "version 4": lambda root: git(root, "update-index", "--index-version", "4"),
    "split": lambda root: git(root, "update-index", "--split-index"),
    "commit": lambda root: git(root, "commit", "-qm", "x"),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_tracked_folder_is_found_and_nothing_else(repository: Path, form: str) -> None:
    """In each version of the format; names that only begin alike do not count."""
    FORMS[form](repository)
    assert tracked(repository, STATE) is None
    put(repository, f"{STATE}/journal.json", f"{STATE}/stage/0.new")
    git(repository, "add", "-f", STATE)
    FORMS[form](repository)
    assert tracked(repository, STATE) == f"{STATE}/journal.json"


def test_a_split_index_is_read_whole(repository: Path) -> None:
    """The entry may be in the shared part only."""
    put(repository, f"{STATE}/x")
    git(repository, "add", "-f", STATE)
    git(repository, "update-index", "--split-index")
    put(repository, "later")
    git(repository, "add", "later")
    assert f"{STATE}/x".encode() not in (repository / ".git/index").read_bytes()
    assert tracked(repository, STATE) == f"{STATE}/x"


def test_a_link_is_tracked_as_itself(repository: Path) -> None:
    """Git keeps a link as an entry of that name, and a submodule too."""
    (repository / STATE).symlink_to("elsewhere")
    git(repository, "add", "-f", STATE)
    assert tracked(repository, STATE) == STATE


def test_case_does_not_count(repository: Path) -> None:
    """On macOS and Windows it is the same folder."""
    put(repository, ".DDMS-Compile/x")
    git(repository, "add", "-f", ".DDMS-Compile")
    assert tracked(repository, STATE) == ".DDMS-Compile/x"


def test_a_project_below_the_top_of_its_repository(repository: Path) -> None:
    """Only its own working folder counts, not that of a neighbor."""
    put(repository, f"one/{STATE}/x", "two/ddms.toml")
    git(repository, "add", "-f", "one", "two")
    assert tracked(repository / "one", STATE) == f"{STATE}/x"
    assert tracked(repository / "two", STATE) is None
    assert tracked(repository, STATE) is None


def test_worktrees_and_submodules_have_their_index_elsewhere(repository: Path, tmp_path: Path) -> None:
    """`.git` is a file there."""
    put(repository, f"{STATE}/x")
    git(repository, "add", "-f", STATE)
    git(repository, "commit", "-qm", "x")
    git(repository, "worktree", "add", "-q", str(tmp_path / "tree"))
    assert (tmp_path / "tree/.git").is_file()
    assert tracked(tmp_path / "tree", STATE) == f"{STATE}/x"
    outer = tmp_path / "outer"
    outer.mkdir()
    git(outer, "init", "-q")
    git(outer, "submodule", "add", "-q", str(repository), "sub")
    assert (outer / "sub/.git").is_file()
    assert tracked(outer / "sub", STATE) == f"{STATE}/x"
    assert tracked(outer, STATE) is None


def test_an_index_with_sha_256(tmp_path: Path) -> None:
    """Entries are longer there."""
    git(tmp_path, "init", "-q", "--object-format=sha256")
    put(tmp_path, ".a", f"{STATE}/x")
    git(tmp_path, "add", "-f", ".a", STATE)
    assert tracked(tmp_path, STATE) == f"{STATE}/x"


def in_place_of(path: str, put: Arrange) -> Arrange:
    """Removes a path, then does what `put` does to it."""

    def arrange(root: Path) -> None:
        there = root / path
        shutil.rmtree(there) if there.is_dir() else there.unlink()
        put(there)

    return arrange


def git_file(text: str) -> Arrange:
    return in_place_of(".git", lambda path: path.write_text(text))


HOSTILE: dict[str, Arrange] = {
    "no index": lambda root: (root / ".git/index").unlink(),
    "empty": lambda root: (root / ".git/index").write_bytes(b""),
    "no magic": lambda root: (root / ".git/index").write_bytes(b"DDMS" * 100),
    "count of four billion": lambda root: (root / ".git/index").write_bytes(
        b"DIRC\0\0\0\2\xff\xff\xff\xff" + b"x" * 99
    ),
    "version 4 of nonsense": lambda root: (root / ".git/index").write_bytes(b"DIRC\0\0\0\4\0\0\0\7" + b"\xff" * 999),
    "cut": lambda root: (root / ".git/index").write_bytes((root / ".git/index").read_bytes()[:-90]),
    "a worktree of nowhere": git_file("gitdir: /nowhere"),
    "a worktree of nothing": git_file("\0\xff"),
    "a NUL in the name": git_file("gitdir: a\0b"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_an_index_that_is_none_is_not_believed(repository: Path, kind: str) -> None:
    """No crash, and no answer that is not there."""
    HOSTILE[kind](repository)
    assert tracked(repository, STATE) is None


def test_no_program_of_the_repository_runs(repository: Path) -> None:
    """`core.fsmonitor` and hooks name programs that git would run to answer the same question."""
    program = repository / "program"
    program.write_text("#!/bin/sh\ntouch PWNED\n")
    program.chmod(0o755)
    git(repository, "config", "core.fsmonitor", str(program))
    assert tracked(repository, STATE) is None
    assert not (repository / "PWNED").exists()


def test_a_path_that_no_disk_takes_hides_nothing(repository: Path) -> None:
    """Git keeps it in the index of a checkout, before the names after it."""
    put(repository, f"{STATE}/journal.json")
    git(repository, "add", "-f", STATE)
    blob = git(repository, "hash-object", "-w", "ddms.toml").strip()
    git(repository, "update-index", "--add", "--cacheinfo", f"100644,{blob},{'+/' * 4000}x")
    assert tracked(repository, STATE) == f"{STATE}/journal.json"
    git(repository, "update-index", "--index-version", "4")
    with pytest.raises(OSError, match="too long"):
        tracked(repository, STATE)


UNREADABLE: dict[str, Arrange] = {
    "a directory": lambda path: path.mkdir(),
    "a link": lambda path: path.symlink_to("HEAD"),
    "a hole": lambda path: path.open("wb").truncate(10_000_000_000),
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_an_index_that_cannot_be_read_is_not_an_empty_one(repository: Path, kind: str) -> None:
    """Nobody could say then whether the working folder came with the repository."""
    (repository / ".git/index").unlink()
    assert tracked(repository, STATE) is None
    UNREADABLE[kind](repository / ".git/index")
    with pytest.raises(Refused):
        tracked(repository, STATE)


def test_no_index_takes_long(repository: Path) -> None:
    """Numbers without end and paths that grow with each entry are refused or read in time."""
    head = b"DIRC" + (4).to_bytes(4, "big") + (10**6).to_bytes(4, "big")
    for entries in (b"\xff" * 5_000_000, (bytes(62) + b"\0a\0") * 100_000):
        (repository / ".git/index").write_bytes(head + entries)
        began = time.process_time()
        with suppress(OSError):
            assert tracked(repository, STATE) is None
        assert time.process_time() - began < 2
