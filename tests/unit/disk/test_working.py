"""Whatever stands in the working folder or the output, no command hangs, crashes or touches anything outside."""

import os
import signal
import socket
import stat
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from cli.conftest import fresh_project
from cli.scene import Project
from ddms_compile.diagnostics import DiagnosticError
from ddms_compile.provenance.trace import load_trace
from write.scene import build

STATE = ".ddms-compile"
STRANGER = 4711
NAMES = (
    "stage",
    "stage/0.new",
    "stage/0.old",
    "lock",
    "journal.json",
    "journal.json.new",
    "builds.json",
    "builds.json.new",
    "trace.json",
    "trace.json.new",
    ".gitignore",
    "anything",
)
"""All that a build ever makes there, and something else."""
Plant = Callable[[Path, Path], None]


def bound_socket(path: Path, _victim: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        here = Path.cwd()
        os.chdir(path.parent)  # the name of a socket is short
        made.bind(path.name)
        os.chdir(here)


def device(path: Path, _victim: Path) -> None:
    try:
        os.mknod(path, 0o666 | stat.S_IFCHR, os.makedev(1, 5))  # /dev/zero, which never ends
    except PermissionError:
        pytest.skip("SKIPPED CHECK: a device cannot be made here (needs root)")


def full_directory(path: Path, _victim: Path) -> None:
    path.mkdir()
    (path / "theirs").write_text("theirs")


PLANTS: dict[str, Plant] = {
    "link to a directory": lambda path, victim: path.symlink_to(victim),
    "relative link": lambda path, victim: path.symlink_to(os.path.relpath(victim, path.parent)),
    "link to a file": lambda path, victim: path.symlink_to(victim / "bashrc"),
    "link to nothing": lambda path, victim: path.symlink_to(victim / "not-there"),
    "link to itself": lambda path, _: path.symlink_to(path),
    "hard link": lambda path, victim: path.hardlink_to(victim / "bashrc"),
    "pipe": lambda path, _: os.mkfifo(path),
    "socket": bound_socket,
    "device": device,
    "directory": full_directory,
    "unreadable": lambda path, _: path.touch(mode=0),
}
COMMANDS = (("build",), ("build", "--check"), ("synth",))


@pytest.fixture(autouse=True)
def no_hang() -> Iterator[None]:
    """A command that waits for a pipe ends in an error."""

    def stop(*_: object) -> None:
        raise TimeoutError("it hangs")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(60)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    """A folder outside the project."""
    folder = tmp_path / "victim"
    (folder / "deep").mkdir(parents=True)
    (folder / "bashrc").write_text("precious")
    (folder / "0.new").write_text("precious")
    (folder / "deep/photo").write_text("precious")
    return folder


def outside(victim: Path) -> list[tuple[str, str, int]]:
    """All of it: names, content, and times of change of what is in it (a link more changes that of a file itself)."""
    return sorted(
        (str(path), path.read_text() if path.is_file() else "", path.stat().st_mtime_ns)
        for path in (victim, *victim.rglob("*"))
    )


def attack(project: Project, victim: Path, plant: Callable[[], object]) -> list[tuple[int, str]]:
    """Every command on the planted project: exit code and errors. Nothing outside changes, nothing is a bug."""
    plant()
    before = outside(victim)
    said = []
    for command in COMMANDS:
        ran = project.run(*command)
        assert "Traceback" not in ran.err
        assert "DDMS900" not in ran.err, ran.err
        assert outside(victim) == before, command
        said.append((ran.code, ran.err))
    return said


@pytest.mark.parametrize("kind", PLANTS)
@pytest.mark.parametrize("name", NAMES)
def test_nothing_in_the_working_folder_leads_outside(project: Project, victim: Path, name: str, kind: str) -> None:
    """Whatever has the name of a file of ours is refused by name, or harmless."""
    project.run("build")
    path = project.root / STATE / name
    path.parent.mkdir(exist_ok=True)
    if path.is_file():
        path.unlink()
    said = attack(project, victim, lambda: PLANTS[kind](path, victim))
    harmless = kind in ("hard link", "unreadable") or (name == "stage" and kind == "directory")
    if not harmless:
        assert all(code == 1 and f"error[DDMS511]: {STATE}/{name} is unsafe" in err for code, err in said), said


def test_a_link_instead_of_the_working_folder_is_refused(project: Project, victim: Path) -> None:
    """Also before the first build, and also when it leads to a folder inside the project."""
    said = attack(project, victim, lambda: (project.root / STATE).symlink_to(victim))
    assert all("error[DDMS511]" in err for _, err in said)
    assert "error[DDMS511]" in project.run("explain", "prod", "tier").err
    (project.root / STATE).unlink()
    (project.root / "inside").mkdir()
    said = attack(project, victim, lambda: (project.root / STATE).symlink_to("inside"))
    assert all("error[DDMS511]" in err for _, err in said)
    assert list((project.root / "inside").iterdir()) == []


def test_a_first_line_that_is_a_program_is_written_nowhere(project: Project, tmp_path: Path) -> None:
    """The attack that was seen: what a diagnostic quotes lands in a file that a shell runs."""
    bashrc = tmp_path / "bashrc"
    bashrc.write_text("precious")
    project.put(f"{STATE}/x", "")
    (project.root / STATE / "builds.json.new").symlink_to(bashrc)
    project.put("environments/prod.toml", "# $(touch PWNED)\ntier = 'production'\n")
    assert project.run("build").code == 1
    assert bashrc.read_text() == "precious"


OUTPUTS = (
    "generated",
    "generated/prod",
    "generated/prod/copy.toml",
    "generated/manifest.json",
    ".github",
    ".github/workflows",
    ".github/workflows/ci-cd.yml",
)


@pytest.mark.parametrize("built", [False, True])
@pytest.mark.parametrize("kind", PLANTS)
@pytest.mark.parametrize("name", OUTPUTS)
def test_nothing_in_the_output_leads_outside(
    project: Project,
    victim: Path,
    name: str,
    kind: str,
    built: bool,
) -> None:
    """At every level above and at a generated file; before the first build, and after one."""
    if built:
        project.run("build")
    path = project.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        path.rename(path.with_name("away"))
    attack(project, victim, lambda: PLANTS[kind](path, victim))
    project.put("environments/prod.toml", "changed = 1\n")
    for arguments in (("build",), ("build", "--force"), ("build", "staging"), ("build", "--check")):
        before = outside(victim)
        ran = project.run(*arguments)
        assert "DDMS900" not in ran.err, ran.err
        assert outside(victim) == before, arguments


def test_a_directory_that_becomes_a_link_while_a_build_runs_leads_nowhere(tmp_path: Path) -> None:
    """Between every look and every use, somebody swaps a directory of the output for a link to their victim."""
    root, victim = tmp_path / "project", tmp_path / "victim"
    (root / "generated/prod").mkdir(parents=True)
    victim.mkdir()
    (victim / "x").write_text("precious")
    (victim / "y").write_text("precious")
    stop = threading.Event()

    def swap() -> None:
        generated = root / "generated"
        (generated / "link").symlink_to(victim)
        while not stop.is_set():
            for _ in range(2):
                with suppress(OSError):
                    (generated / "prod").rename(generated / "away")
                with suppress(OSError):
                    (generated / "link").rename(generated / "prod")
                with suppress(OSError):
                    (generated / "prod").rename(generated / "link")
                with suppress(OSError):
                    (generated / "away").rename(generated / "prod")

    swapping = threading.Thread(target=swap)
    swapping.start()
    try:
        for number in range(60):
            wanted = {f"generated/prod/{name}": f"{number}" for name in ("x", "y" if number % 2 else "z")}
            with suppress(DiagnosticError, FileNotFoundError, IsADirectoryError):
                build(root, wanted, force=True)
    finally:
        stop.set()
        swapping.join()
    assert {path.name: path.read_text() for path in victim.iterdir()} == {"x": "precious", "y": "precious"}


def test_everybody_may_not_write_where_the_project_is_yours(project: Project) -> None:
    """A working folder open to all is refused, unless the project is as open."""
    project.run("build")
    (project.root / STATE).chmod(0o777)
    assert "everyone can write to it" in project.run("build").err
    project.root.chmod(0o777)
    assert project.run("build").code == 0


def test_a_large_build_that_was_killed_is_no_stranger(project: Project) -> None:
    """A thousand environments stage tens of thousands of files."""
    project.run("build")
    (project.root / STATE / "stage").mkdir()
    for number in range(30_000):
        (project.root / STATE / "stage" / f"{number}.new").touch()
    assert project.run("build").code == 0
    project.put("environments/prod.toml", "changed = 1\n")
    assert project.run("build").code == 0
    assert not (project.root / STATE / "stage").exists()


def test_a_folder_of_another_user_is_refused(project: Project) -> None:
    """Unless the whole project is theirs."""
    project.run("build")
    try:
        os.chown(project.root / STATE, STRANGER, STRANGER)
    except PermissionError:
        pytest.skip("SKIPPED CHECK: files cannot be given away here (needs root)")
    assert "it belongs to another user" in project.run("build").err
    os.chown(project.root, STRANGER, STRANGER)
    assert project.run("build").code == 0


DAMAGES = {
    "nested": "[" * 200_000,
    "nested tables": '{"a":' * 200_000,
    "nested and closed": '{"version": 1, "manifest": "", "builds": ' + "[" * 900 + "]" * 900 + "}",
    "list": "[]",
    "number": "5",
    "text": '"builds"',
    "null": "null",
    "nothing": "",
    "not UTF-8": "\udcff",
    "wrong element": '{"version": 1, "manifest": "x", "builds": [1]}',
    "wrong table": '{"builds":[1]}',
    "wrong entry": '{"version": 1, "manifest": "x", "builds": {"x": {"environments": 1}}}',
    "path is a number": '{"version": 1, "operations": [{"number": 0, "path": 5, "before": null, "after": null}]}',
    "path is a list": '{"version": 1, "operations": [{"number": 0, "path": [], "before": null, "after": null}]}',
    "path is half a character": '{"version": 1, "operations": [{"number": 0, "path": "generated/\\ud800", '
    '"before": null, "after": null}]}',
    "path has a NUL": '{"version": 1, "operations": [{"number": 0, "path": "generated/\\u0000", '
    '"before": null, "after": null}]}',
    "path is long": '{"version": 1, "operations": [{"number": 0, "path": "generated/' + "a" * 5000 + '", '
    '"before": null, "after": null}]}',
    "path is deep": '{"version": 1, "operations": [{"number": 0, "path": "generated' + "/a" * 500 + '", '
    '"before": null, "after": null}]}',
    "number is a boolean": '{"version": 1, "operations": [{"number": true, "path": "generated/a", '
    '"before": null, "after": null}]}',
    "number is a path": '{"version": 1, "operations": [{"number": "../../x", "path": "generated/a", '
    '"before": null, "after": null}]}',
    "NaN": '{"version": NaN, "manifest": Infinity, "builds": {}}',
    "infinite": '{"version": 1e999, "manifest": "", "builds": {}}',
    "huge number": '{"version": ' + "9" * 5000 + "}",
    "large number": '{"version": 99999999999999999999, "operations": []}',
    "negative": '{"version": -1, "operations": [], "files": {}}',
    "key twice": '{"version": 1, "version": 1, "operations": [], "files": {}}',
    "manifest of numbers": '{"version": 1, "files": {"generated/a": {"sha256": 5, "environment": 1, "emitter": []}}}',
    "version true": '{"version": true, "files": {}, "operations": []}',
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", [f"{STATE}/builds.json", f"{STATE}/journal.json", "generated/manifest.json"])
def test_a_damaged_state_file_is_rebuilt_or_named(project: Project, victim: Path, name: str, damage: str) -> None:
    """A cache is forgotten; a journal and a manifest, which say what may be written, stop the build by name."""
    project.run("build")
    content = DAMAGES[damage].encode(errors="surrogateescape")
    said = attack(project, victim, lambda: (project.root / name).write_bytes(content))
    if name.endswith("builds.json"):
        assert [code for code, _ in said] == [0, 0, 0]
    else:
        assert said[0][0] in (1, 3)
        assert f"{Path(name).name}" in said[0][1] or "generated/" in said[0][1]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_trace_is_forgotten(tmp_path: Path, damage: str) -> None:
    """A question is then answered by compiling."""
    (tmp_path / STATE).mkdir()
    (tmp_path / STATE / "trace.json").write_bytes(DAMAGES[damage].encode(errors="surrogateescape"))
    assert load_trace(tmp_path, "x") is None


@pytest.mark.parametrize("leaf", ["[]", "[1]", "[1, 5]", '[1, "a"]', "[1, 0, 7]", "[1, 0, -1]", '[1, 0, "a"]', "5"])
def test_a_trace_of_the_right_shape_with_wrong_numbers_is_forgotten(tmp_path: Path, leaf: str) -> None:
    """Numbers that stand for nothing."""
    artifact = f'{{"environment": null, "emitter": "e", "keys": ["k"], "constructs": ["c"], "leaves": {{"l": {leaf}}}}}'
    text = f'{{"version": 2, "made_from": "x", "artifacts": {{"generated/a": {artifact}}}, "lazy": []}}'
    (tmp_path / STATE).mkdir()
    (tmp_path / STATE / "trace.json").write_text(text)
    assert load_trace(tmp_path, "x") is None


def test_a_state_file_without_end_is_not_read(project: Project) -> None:
    """Ten gigabytes of nothing cost no memory."""
    project.run("build")
    with (project.root / STATE / "builds.json").open("r+b") as file:
        file.truncate(10_000_000_000)
    assert project.run("build", "--check").code == 0
    with (project.root / "generated/prod/copy.toml").open("r+b") as file:
        file.truncate(10_000_000_000)
    ran = project.run("build", "--check")
    assert "error[DDMS505]: cannot read generated/prod/copy.toml: it is larger than 64 MiB" in ran.err


@pytest.fixture
def unprivileged(monkeypatch: pytest.MonkeyPatch, fake: None) -> Iterator[Project]:
    """A built project of a user whom modes keep out; all that the commands import is imported.

    Not below pytest's own folder: each session of pytest closes that to other users.
    """
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder)
        project = fresh_project(top, monkeypatch)
        project.run("build")
        (project.root / STATE / "journal.json").write_text("{")
        project.run("build")
        (project.root / STATE / "journal.json").unlink()
        if os.geteuid() != 0:
            yield project
            return
        for path in (top, *top.rglob("*")):
            os.chown(path, STRANGER, STRANGER)
        os.setegid(STRANGER)
        os.seteuid(STRANGER)
        try:
            yield project
        finally:
            os.seteuid(0)
            os.setegid(0)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        (f"{STATE}/builds.json", None),
        (f"{STATE}/journal.json", "DDMS505"),
        (f"{STATE}/lock", "DDMS505"),
        (f"{STATE}/trace.json", None),
        (STATE, "DDMS505"),
        ("generated/manifest.json", "DDMS505"),
        ("generated/prod/copy.toml", "DDMS505"),
        ("generated/prod", "DDMS505"),
        ("generated", "DDMS505"),
    ],
)
def test_what_may_not_be_read_is_named_or_done_without(unprivileged: Project, name: str, code: str | None) -> None:
    """A mode that keeps its own user out is an error of the machine, and never a crash."""
    path = unprivileged.root / name
    if not path.exists():
        path.touch()
    mode = path.stat().st_mode
    path.chmod(0)
    try:
        ran = unprivileged.run("build")
    finally:
        path.chmod(mode)
    assert "DDMS900" not in ran.err
    if code is None:
        assert ran.code == 0
    else:
        assert f"error[{code}]" in ran.err
        assert ran.code == 3
