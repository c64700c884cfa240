"""Whatever a user's file is, reading it ends, and shows nothing of what is outside the project."""

import os
import shutil
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from ddms_compile.disk.inputs import read_input
from ddms_compile.load import load_project
from ddms_compile.write import fingerprint
from ddms_compile.write.fingerprint import PACKAGE
from example_project import lay_out

SECRET = "root:x:0:0"
PLACES = ("ddms.toml", "environments", "environments/prod.toml")


def bound_socket(path: Path, _outside: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        here = Path.cwd()
        os.chdir(path.parent)
        made.bind(path.name)
        os.chdir(here)


def device(path: Path, _outside: Path) -> None:
    try:
        os.mknod(path, 0o666 | stat.S_IFCHR, os.makedev(1, 5))  # /dev/zero
    except PermissionError:
        pytest.skip("SKIPPED CHECK: a device cannot be made here (needs root)")


def huge(path: Path, _outside: Path) -> None:
    with path.open("wb") as file:
        file.truncate(20_000_000_000)


def into_git(path: Path, outside: Path) -> None:
    root = next(each for each in path.parents if each.name == "project")
    (root / ".git").mkdir()
    (root / ".git/config").write_text(SECRET)
    path.symlink_to(os.path.relpath(root / ".git/config", path.parent))


PLANTS: dict[str, Callable[[Path, Path], object]] = {
    "pipe": lambda path, _: os.mkfifo(path),
    "socket": bound_socket,
    "device": device,
    "link to a device": lambda path, _: path.symlink_to("/dev/zero"),
    "link to a file outside": lambda path, outside: path.symlink_to(outside / "passwd"),
    "relative link outside": lambda path, outside: path.symlink_to(os.path.relpath(outside / "passwd", path.parent)),
    "link to a directory outside": lambda path, outside: path.symlink_to(outside),
    "link to all": lambda path, _: path.symlink_to("/"),
    "link to itself": lambda path, _: path.symlink_to(path),
    "link into .git": into_git,
    "link to /proc": lambda path, _: path.symlink_to("/proc/self/environ"),
    "huge": huge,
}


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    lay_out(root)
    (tmp_path / "outside").mkdir()
    for name in ("passwd", "prod.toml", "Chart.yaml"):
        (tmp_path / "outside" / name).write_text(SECRET)
    return root


@pytest.mark.parametrize("kind", PLANTS)
@pytest.mark.parametrize("place", PLACES)
def test_no_input_leads_outside_or_has_no_end(shipped: Path, place: str, kind: str) -> None:
    """What is no plain file of the project is refused by name; nothing of another file is shown."""
    path = shipped / place
    if path.is_dir():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    PLANTS[kind](path, shipped.parent / "outside")
    project, problems = load_project(shipped)
    assert not any(SECRET in text for text in project.sources.values())
    assert {problem.code for problem in problems} & {"DDMS001", "DDMS004", "DDMS006"}
    assert SECRET not in str(problems)
    assert fingerprint(shipped, environments=(), today=date(2026, 1, 1)) is None


def test_a_link_within_the_project_is_a_way_to_share_a_file(shipped: Path) -> None:
    """It is followed, and its target is an ingredient of the fingerprint."""
    (shipped / "shared").mkdir()
    (shipped / "environments/prod.toml").rename(shipped / "shared/prod.toml")
    (shipped / "environments/prod.toml").symlink_to("../shared/prod.toml")
    assert load_project(shipped)[1] == ()
    before = fingerprint(shipped, environments=(), today=date(2026, 1, 1))
    with (shipped / "shared/prod.toml").open("a") as file:
        file.write("# more\n")
    after = fingerprint(shipped, environments=(), today=date(2026, 1, 1))
    assert before is not None
    assert after is not None
    assert before.key != after.key


def test_a_file_that_is_swapped_all_the_time_is_read_or_refused(tmp_path: Path) -> None:
    """A file, a link outside and a directory take turns under one name: what is read is the file."""
    root, secret = tmp_path / "project", tmp_path / "secret"
    (root / "environments").mkdir(parents=True)
    secret.write_text(SECRET)
    for name in ("good", "link"):
        (root / "environments" / name).mkdir()
    (root / "environments/good/prod.toml").write_text("good")
    (root / "environments/link/prod.toml").symlink_to(secret)
    (root / "environments/away").symlink_to(tmp_path)
    (tmp_path / "prod.toml").write_text(SECRET)
    stop = threading.Event()

    def swap() -> None:
        while not stop.is_set():
            for name in ("good", "link", "away"):
                (root / "environments" / name).rename(root / "environments/now")
                (root / "environments/now").rename(root / "environments" / name)

    swapping = threading.Thread(target=swap)
    swapping.start()
    try:
        for _ in range(3000):
            try:
                content = read_input(root, "environments/now/prod.toml", limit=100).content
            except OSError:
                continue
            assert content == b"good"
    finally:
        stop.set()
        swapping.join()


def test_a_module_in_the_working_directory_is_not_imported(tmp_path: Path) -> None:
    """`python -m ddms_compile` in a repository that has a module of a name that we import later."""
    (tmp_path / "json.py").write_text("open('PWNED', 'w')\n")
    (tmp_path / "shtab.py").write_text("open('PWNED', 'w')\n")
    for arguments in (["version", "--format", "json"], ["completion", "bash"], ["check"]):
        subprocess.run(
            [sys.executable, "-m", "ddms_compile", *arguments],
            cwd=tmp_path,
            capture_output=True,
            check=False,
            env={"PYTHONPATH": str(PACKAGE.parent), "HOME": str(tmp_path), "PATH": os.defpath},
        )
    assert not (tmp_path / "PWNED").exists()


@pytest.mark.parametrize("name", [".GIT", ".g\u200cit", ".Git", ".DDMS-compile"])
def test_what_is_closed_is_closed_as_other_systems_write_it(tmp_path: Path, name: str) -> None:
    """On macOS these names are `.git` and `.ddms-compile` (git-config, `core.protectHFS`)."""
    (tmp_path / name).mkdir()
    (tmp_path / name / "config").write_text(SECRET)
    (tmp_path / "ddms.toml").symlink_to(f"{name}/config")
    with pytest.raises(OSError, match="it points into"):
        read_input(tmp_path, "ddms.toml", limit=100)
