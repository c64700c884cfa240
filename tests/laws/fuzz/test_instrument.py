"""The fuzzer itself: it would see what it looks for."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ddms_compile.diagnostics import Diagnostic, Label, Severity, Span
from ddms_compile.diagnostics.render import FORMATS
from fuzz import corpus, dictionary, oracle
from fuzz.case import Case, from_text, make, to_text
from fuzz.entries import Entry, file, link, write
from fuzz.execute import Ran
from fuzz.minimize import minimize
from fuzz.sandbox import Sandbox, differences
from fuzz.watch import Event

TESTS = Path(__file__).parents[1]
CHECK = Case(base="minimal", changes={}, arguments=("check",))
SECRET = dictionary.SECRETS[0]


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    made = Sandbox(tmp_path)
    made.make()
    made.put(corpus.MINIMAL)
    return made


def ran(*diagnostics: Diagnostic, **changes: object) -> Ran:
    """A run as it should be, but for `changes`."""
    sources = {path: entry.content.decode() for path, entry in corpus.MINIMAL.items()}
    made = Ran(diagnostics=list(diagnostics), sources=sources)
    made.rendered = {name: render(diagnostics, sources, color=False) for name, render in FORMATS.items()}
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def at(line: int, column: int) -> Diagnostic:
    span = Span(path="ddms.toml", line=line, column=column, end_line=line, end_column=column + 1)
    return Diagnostic(code="DDMS101", severity=Severity.ERROR, message="x", primary=Label(span=span))


def shows(message: str) -> Diagnostic:
    return Diagnostic(code="DDMS101", severity=Severity.ERROR, message=message)


def test_a_good_run_has_no_findings(sandbox: Sandbox) -> None:
    """Nothing is found where nothing is wrong."""
    assert oracle.judge(CHECK, ran(at(1, 1), code=1), corpus.MINIMAL, sandbox) == []


@pytest.mark.parametrize(
    ("planted", "kind"),
    [
        ({"raised": "Traceback\nKeyError: 'x'"}, "crash"),
        ({"code": 70}, "internal error"),
        ({"code": 4}, "exit code"),
        ({"err": "Traceback (most recent call last):"}, "traceback"),
        ({"cpu": 2.5}, "slow"),
        ({"out": "x" * 500_000}, "flood"),
        ({"err": "\x1b[2J"}, "control character"),
        ({"rendered": {"plain": "", "github": "", "json": "{", "sarif": "{}"}}, "format"),
        ({"outside": ["victim/kept.txt"]}, "outside"),
        ({"inside": ["/ddms.toml"]}, "inside"),
        ({"events": [Event("write", "/etc/passwd")]}, "beyond"),
        ({"events": [Event("read", "/etc/shadow")]}, "beyond"),
        ({"events": [Event("start", "/bin/sh")]}, "beyond"),
        ({"events": [Event("connect", "socket.connect")]}, "beyond"),
        ({"out": SECRET}, "secret"),
        ({"err": f"… {SECRET[10:30]} …"}, "secret"),
    ],
)
def test_each_kind_of_fault_is_found(sandbox: Sandbox, planted: dict[str, object], kind: str) -> None:
    """A planted fault gives a finding of its kind."""
    files = {**corpus.MINIMAL, "environments/x.toml": file(f'a = "{SECRET}"')}
    assert [found.partition(":")[0] for found in oracle.judge(CHECK, ran(**planted), files, sandbox)] == [kind]


@pytest.mark.parametrize(("line", "column"), [(0, 1), (1, 0), (99, 1), (1, 99)])
def test_a_place_outside_of_its_file_is_found(sandbox: Sandbox, line: int, column: int) -> None:
    """A line or a column that the file does not have is a finding."""
    found = oracle.judge(CHECK, ran(at(line, column), code=1), corpus.MINIMAL, sandbox)
    assert "place: DDMS101 is outside of its file" in found


def test_a_part_of_a_longer_word_is_no_secret(sandbox: Sandbox) -> None:
    """A token with more letters on it is another word, so that showing it is no leak."""
    files = {"ddms.toml": file(f"a = '{SECRET}xyz'")}
    assert oracle.judge(CHECK, ran(shows(SECRET)), files, sandbox) == []


def test_what_changes_around_the_project_is_seen(sandbox: Sandbox) -> None:
    """A canary that is written, removed or given another mode, and any file that appears, is a difference."""
    before = sandbox.outside()
    (sandbox.top / "victim/kept.txt").write_text("VICTIM")
    (sandbox.top / "home/.bashrc").unlink()
    (sandbox.top / "temp/left").touch()
    (sandbox.project / "ddms.toml").write_text("not outside")
    assert differences(before, sandbox.outside()) == ["home/.bashrc", "temp/left", "victim/kept.txt"]


WATCHED = """
import os, socket, subprocess, sys
from pathlib import Path
from fuzz.watch import Watch
watch = Watch()
os.chdir(sys.argv[1])
with watch.recording() as events:
    folder = os.open("inner", os.O_RDONLY | os.O_DIRECTORY)
    os.close(os.open("made", os.O_CREAT | os.O_WRONLY, dir_fd=folder))
    Path("leading-away").write_text("x")
    os.rename("a", "b", src_dir_fd=folder, dst_dir_fd=folder)
    os.unlink("b", dir_fd=folder)
    subprocess.run(["true"])
    socket.socket(socket.AF_UNIX).connect_ex("nowhere")
for event in events:
    print(event.kind, event.what)
"""


def test_the_hook_sees_through_links_and_descriptors(tmp_path: Path) -> None:
    """Files opened relative to a descriptor or through a link are reported under their real path."""
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner/a").touch()
    (tmp_path / "away").touch()
    (tmp_path / "leading-away").symlink_to("away")
    command = [sys.executable, "-c", WATCHED, str(tmp_path)]
    environ = {**os.environ, "PYTHONPATH": str(TESTS)}
    out = subprocess.run(command, env=environ, capture_output=True, text=True, check=True).stdout.split("\n")
    for expected in (
        f"write {tmp_path}/inner/made",
        f"write {tmp_path}/away",
        f"write {tmp_path}/inner/a",
        "start true",
    ):
        assert expected in out
    assert f"write {tmp_path}/inner/b" in out
    assert any(line.startswith("connect ") for line in out)


def cases_of(seed: str) -> list[str]:
    built = {**corpus.bases()["local"], "generated/manifest.json": file("{}"), ".ddms-compile/builds.json": file("{}")}
    return [to_text(make(seed, number, built)) for number in range(150)]


def test_a_seed_and_a_number_are_a_case() -> None:
    """The same seed gives the same cases in another process with another hash seed; another seed gives others."""
    code = "from fuzz.test_instrument import cases_of; print(cases_of('s'))"
    digests = set()
    for hash_seed in ("1", "2"):
        environ = {**os.environ, "PYTHONPATH": str(TESTS), "PYTHONHASHSEED": hash_seed}
        ran = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True)
        digests.add(ran.stdout)
    assert len(digests) == 1
    assert cases_of("s") != cases_of("t")


def test_a_case_can_be_written_down() -> None:
    """A case survives its text, and the text holds no secret whole."""
    changes: dict[str, Entry | None] = {
        "a": file(SECRET), "b": file(b"\xff\x00"), "c": link("../x"), "d": None, "e": file("x\ny\u2028"),
    }  # fmt: skip
    case = Case(base="local", changes=changes, arguments=("build", "--check"))
    assert from_text(to_text(case)) == case
    assert SECRET not in to_text(case)


def test_a_case_is_made_small() -> None:
    """Of two changed files and many lines the ones that matter stay."""
    lines = "\n".join(f"line {number}" for number in range(200))
    case = Case(base="local", changes={"a": file(lines), "b": file("x")}, arguments=("check",))
    small = minimize(case, lambda made: made.changes.get("a") is not None and b"150" in made.changes["a"].content)  # type: ignore[union-attr]
    assert set(small.changes) == {"a"}
    assert small.changes["a"] == file("150")


def test_a_project_on_disk_is_what_the_entries_say(tmp_path: Path) -> None:
    """A link of a case is never written through."""
    (tmp_path / "victim").mkdir()
    write(tmp_path / "p", {"out": link("../victim"), "out/x": file("x"), "b": file("b")})
    assert list((tmp_path / "victim").iterdir()) == [] or (tmp_path / "p/out").is_symlink()
    assert (tmp_path / "p/b").read_text() == "b"
