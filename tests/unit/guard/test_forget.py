"""`forget`: a fork begins anew with one command, and no project loses its own ledgers by it."""

import json
import shutil
from pathlib import Path

import pytest

from cli.scene import Ran
from ddms_compile.cli import main
from ddms_compile.write.tree import digest
from example_project import built

ACCOUNTS = {"111122223333": "999988887777", "444455556666": "999900001111"}


@pytest.fixture
def fork(tmp_path: Path) -> Path:
    """The example project as it is committed, in somebody else's folder."""
    shutil.copytree(built(), tmp_path / "fork", ignore=shutil.ignore_patterns(".ddms-compile"))
    return tmp_path / "fork"


def owned_by_others(root: Path) -> None:
    """Other accounts and another name in the data."""
    for path in (root / "ddms.toml", *(root / "environments").glob("*.toml")):
        text = (
            path.read_text("utf-8")
            .replace('name = "ddms"', 'name = "shop"')
            .replace("ddms.example.com", "shop.example")
        )
        for old, new in ACCOUNTS.items():
            text = text.replace(old, new)
        path.write_text(text, "utf-8")


def run(capsys: pytest.CaptureFixture[str], root: Path, *words: str) -> Ran:
    """One command."""
    code = main(["-C", str(root), *words])
    printed = capsys.readouterr()
    return Ran(code, printed.out, printed.err)


def files(root: Path) -> dict[str, bytes]:
    """All but the working folder."""
    kept = (path for path in root.rglob("*") if path.is_file() and ".ddms-compile" not in path.parts)
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in kept}


def test_a_fork_is_its_own_after_one_command(fork: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without it the build refuses; with it, it starts from nothing, and data and charts are as they were."""
    owned_by_others(fork)
    assert run(capsys, fork, "build").code == 1
    before = files(fork)
    done = run(capsys, fork, "forget", "prod", "staging")
    assert done.code == 0, done.err
    gone = {path for path in before if path.startswith(("generated/", ".github/workflows/ci-cd.yml"))}
    assert f"{len(gone) - 1} files deleted" in done.out
    assert files(fork) == {path: text for path, text in before.items() if path not in gone}
    assert not (fork / "generated").exists()
    assert run(capsys, fork, "check").code == 0


def test_no_project_forgets_its_own_ledgers(fork: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As long as the data name the account of a ledger, in whatever environment, nothing goes."""
    before = files(fork)
    done = run(capsys, fork, "forget", "prod", "staging")
    assert done.code == 1
    assert done.err.count("error[DDMS542]") == 4
    owned_by_others(fork)
    shared = fork / "ddms.toml"
    shared.write_text(shared.read_text("utf-8").replace("999988887777", "111122223333"), "utf-8")
    other = run(capsys, fork, "forget", "prod", "staging")
    assert other.code == 1 and other.err.count("error[DDMS542]") == 2
    assert {path for path in before if path.startswith("generated/")} <= files(fork).keys()


@pytest.mark.parametrize("named", [(), ("prod",), ("prod", "staging", "local"), ("prod", "stagin")])
def test_each_environment_that_holds_data_is_named(
    fork: Path, named: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """One too few, one too many, one mistyped: nothing goes, and the command to type is shown."""
    owned_by_others(fork)
    before = files(fork)
    done = run(capsys, fork, "forget", *named)
    assert done.code == 1
    assert "error[DDMS543]" in done.err and "ddms-compile forget prod staging" in done.err
    assert files(fork) == before


@pytest.mark.parametrize("spoilt", ["gone", "garbage", "without its account"])
def test_a_spoilt_ledger_is_no_way_round(fork: Path, spoilt: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The stacks beside it tell whose it is; where nothing tells, it stays."""
    ledger = fork / "generated/prod/terraform/ledger.json"
    if spoilt == "gone":
        ledger.unlink()
    elif spoilt == "garbage":
        ledger.write_text("{")
    else:
        document = json.loads(ledger.read_text("utf-8"))
        del document["ground"]
        ledger.write_text(json.dumps(document), "utf-8")
        manifest = fork / "generated/manifest.json"
        listed = json.loads(manifest.read_text("utf-8"))
        listed["files"]["generated/prod/terraform/ledger.json"]["sha256"] = digest(ledger.read_bytes())
        manifest.write_text(json.dumps(listed), "utf-8")
    done = run(capsys, fork, "forget", "prod", "staging")
    assert done.code == 1 and "generated/prod/terraform/ledger.json" in done.err


def test_what_no_build_wrote_stays(fork: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file of somebody's own under generated/ is not deleted."""
    owned_by_others(fork)
    (fork / "generated/prod/notes.txt").write_text("mine")
    assert run(capsys, fork, "forget", "prod", "staging").code == 0
    assert (fork / "generated/prod/notes.txt").read_text() == "mine"


def test_data_that_cannot_be_read_forget_nothing(fork: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Which accounts they name is not known."""
    (fork / "environments/prod.toml").write_text("tier = ")
    before = files(fork)
    assert run(capsys, fork, "forget", "prod", "staging").code == 1
    assert files(fork) == before
