"""Whatever the machine refuses, a command ends with a diagnostic or a sentence, and leaves nothing behind."""

import os
import resource
import subprocess
import threading
from collections.abc import Callable

import pytest

from fuzz import corpus, processes
from fuzz.entries import Entry, file
from fuzz.sandbox import Sandbox

LOCAL = corpus.bases()["local"]
WHOLE = {**corpus.charts(), **corpus.bases()["staging"]}


@pytest.fixture
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    made = Sandbox(tmp_path_factory.mktemp("machine"))
    made.make()
    made.put(LOCAL)
    return made


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    """With bindings in its cache, so that each case starts Node at once."""
    made = Sandbox(tmp_path_factory.mktemp("warm"))
    made.make()
    made.put(WHOLE)
    assert processes.run(made, "build").code == 0
    return made


def limit(kind: int, value: int) -> Callable[[], object]:
    return lambda: resource.setrlimit(kind, (value, value))


def closed(*descriptors: int) -> Callable[[], object]:
    def close() -> None:
        for descriptor in descriptors:
            os.close(descriptor)

    return close


@pytest.mark.parametrize("size", [0, 1, 1000, 20_000])
@pytest.mark.parametrize("project", ["local", "whole"])
def test_a_limit_of_file_sizes(warm: Sandbox, size: int, project: str) -> None:
    """A file that may not grow is trouble with the machine, and nothing half written stays."""
    warm.put(LOCAL if project == "local" else WHOLE)
    ran = processes.run(warm, "build", before=limit(resource.RLIMIT_FSIZE, size))
    assert ran.clean, ran
    assert ran.code == 3
    assert not (warm.project / "generated/manifest.json").exists()


@pytest.mark.parametrize("number", [10, 12, 16, 24])
def test_a_limit_of_open_files(warm: Sandbox, number: int) -> None:
    """Too few files that may be open is trouble with the machine. (With 8, Python itself complains when it exits.)"""
    warm.put(WHOLE)
    ran = processes.run(warm, "build", before=limit(resource.RLIMIT_NOFILE, number))
    assert ran.clean, ran
    assert ran.code in (0, 3)


@pytest.mark.parametrize("megabytes", [80, 120, 400])
def test_a_limit_of_memory(warm: Sandbox, megabytes: int) -> None:
    """Too little memory is trouble with the machine."""
    warm.put(WHOLE)
    ran = processes.run(warm, "build", before=limit(resource.RLIMIT_AS, megabytes << 20))
    assert ran.clean, ran
    assert ran.code == 3


@pytest.mark.parametrize("streams", [(1,), (2,), (0, 1, 2)])
@pytest.mark.parametrize(
    ("arguments", "code"), [(("check",), 0), (("check", "x"), 1), (("chekc",), 2), (("build",), 0)]
)
def test_streams_that_were_closed(
    sandbox: Sandbox, streams: tuple[int, ...], arguments: tuple[str, ...], code: int
) -> None:
    """The exit code is the same when nobody can read what is said."""
    ran = processes.run(sandbox, *arguments, before=closed(*streams))
    assert ran.code == code
    assert ran.outside == []


@pytest.mark.parametrize(
    "directory",
    [b"", b".", b"nowhere", b"\xff", b"a\nb", b"x" * 5000, b"/dev/null", b"/proc/self", b"environments", b"~", b"-"],
)
def test_any_directory(sandbox: Sandbox, directory: bytes) -> None:
    """`-C` takes any bytes: they name a project, no project, or no directory."""
    ran = processes.run(sandbox, b"-C", directory, "check")
    assert ran.clean, ran
    assert "\x1b" not in ran.output


def test_a_working_directory_that_is_gone(sandbox: Sandbox) -> None:
    """A sentence, and exit code 2."""
    gone = sandbox.top / "temp/gone"
    gone.mkdir()

    def leave() -> None:
        os.chdir(gone)
        gone.rmdir()

    ran = processes.run(sandbox, "check", before=leave)
    assert (ran.code, "no longer exists" in ran.output) == (2, True), ran


@pytest.mark.parametrize(
    "target", ["", ".", "[0]", "a[" + "9" * 5000 + "]", "(a+)+$", '"', "a." * 5000, "\x1b[2J", "x:y:z"]
)
def test_any_target_of_explain(sandbox: Sandbox, target: str) -> None:
    """`explain` takes any text, answers or says that it knows no such thing, and prints no escape of it."""
    ran = processes.run(sandbox, "explain", "local", "--", target)
    assert ran.clean, ran
    assert "\x1b" not in ran.output


@pytest.mark.parametrize("locale", ["C", "POSIX", "xx_YY.UTF-8"])
def test_any_locale_and_any_name(sandbox: Sandbox, locale: str) -> None:
    """Names of files in no encoding are diagnosed in every locale, in every format."""
    odd: dict[str, Entry] = {
        f"environments/{name}.toml": file("x") for name in ("\udcff\udcfe", "é", "a\nb", "\u202e", "CON")
    }
    sandbox.put({**LOCAL, **odd})
    environ = {"LANG": locale, "LC_ALL": locale, "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    for name in ("plain", "json", "sarif", "github"):
        ran = processes.run(sandbox, "check", "--format", name, environ=environ)
        assert ran.clean, ran
        assert ran.code == 1


def test_thousands_of_files_take_time_in_proportion(sandbox: Sandbox) -> None:
    """Ten thousand files with names that are none cost a few seconds of the processor, not the square of it."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    sandbox.put({**LOCAL, **{f"environments/E_{number}.toml": file("x") for number in range(10_000)}})
    ran = processes.run(sandbox, "check")
    assert ran.clean
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < 15


def test_two_builds_at_once(sandbox: Sandbox) -> None:
    """Two builds of one project both end well, and the tree is what one build makes."""
    ran: list[processes.Outcome] = []
    threads = [threading.Thread(target=lambda: ran.append(processes.run(sandbox, "build"))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.code for one in ran] == [0, 0], ran
    assert processes.run(sandbox, "build", "--check").code == 0


def test_a_project_that_cannot_be_written(sandbox: Sandbox) -> None:
    """`check` and `build --check` work on a file system that is read only; `build` says that it cannot write."""
    mounted = subprocess.run(
        ["mount", "--bind", "-o", "ro", str(sandbox.project), str(sandbox.project)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("UNCHECKED: no file system can be mounted here (needs root)")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", str(sandbox.project)], check=True, capture_output=True)
        assert processes.run(sandbox, "check").code == 0
        assert processes.run(sandbox, "build", "--check").code == 1
        ran = processes.run(sandbox, "build")
        assert (ran.code, "Traceback" in ran.output) == (3, False), ran
    finally:
        subprocess.run(["umount", str(sandbox.project)], check=True)
