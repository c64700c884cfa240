"""`init` and `env new`: what they write is valid, and they never overwrite."""

import io
import re
import shutil
import sys
import tomllib
from pathlib import Path

import pytest

from ddms_compile.cli import main
from example_project import DATA

ROOT = Path(__file__).parents[3]
INIT = ("init", "--yes", "--name", "shop", "--domain", "acme.example", "--account", "111122223333")


def run(folder: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of a command in `folder`."""
    out, err = io.StringIO(), io.StringIO()
    with monkeypatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        code = main(arguments)
    return code, out.getvalue(), err.getvalue()


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """The data of the shipped project."""
    shutil.copy(DATA / "ddms.toml", tmp_path)
    shutil.copytree(DATA / "environments", tmp_path / "environments")
    return tmp_path


def test_a_new_project_is_short_and_without_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """About 15 lines of TOML, and `check` has nothing to say: no error, no warning, no note."""
    assert run(tmp_path, monkeypatch, *INIT)[0] == 0
    texts = [path.read_text("utf-8") for path in sorted(tmp_path.rglob("*.toml"))]
    assert sum(1 for text in texts for line in text.split("\n") if line) <= 20
    code, out, err = run(tmp_path, monkeypatch, "check")
    assert (code, err) == (0, "")
    assert "2 environments are valid" in out


def test_nothing_is_written_when_something_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second `init` changes no byte, whichever of the files exists."""
    (tmp_path / "environments").mkdir()
    (tmp_path / "environments/local.toml").write_text("mine")
    code, _, err = run(tmp_path, monkeypatch, *INIT)
    assert code == 1
    assert "DDMS541" in err
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["local.toml"]


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [("--account", "12", "project.account"), ("--name", "Shop!", "project.name"), ("--region", "moon", "region")],
)
def test_an_invalid_answer_is_shown_in_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, option: str, value: str, said: str
) -> None:
    """The answer is checked as data is, and nothing is written."""
    code, _, err = run(tmp_path, monkeypatch, *INIT, option, value)
    assert code == 1
    assert said in err
    assert list(tmp_path.iterdir()) == []


def test_what_is_missing_is_named_by_its_option(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a terminal nothing is asked."""
    code, _, err = run(tmp_path, monkeypatch, "init", "--yes")
    assert code == 2
    assert re.search(r"needs --domain, --account", err)


@pytest.mark.parametrize("original", ["staging", "prod", "local"])
def test_a_copy_of_an_environment_is_valid_beside_it(
    shipped: Path, monkeypatch: pytest.MonkeyPatch, original: str
) -> None:
    """Domain and addresses are its own, the comments are kept, and `check` accepts the project."""
    code, out, err = run(shipped, monkeypatch, "env", "new", "qa", "--from", original)
    assert code == 0, err
    text = (shipped / "environments/qa.toml").read_text("utf-8")
    old = (shipped / f"environments/{original}.toml").read_text("utf-8")
    assert [line for line in text.split("\n") if line.startswith("#")] == [
        line for line in old.split("\n") if line.startswith("#")
    ]
    if original != "local":
        assert tomllib.loads(text)["dns"]["root_domain"] == "qa.ddms.example.com"
        assert 'network.cidr = "10.0.0.0/16"' in out


def test_what_a_stricter_tier_needs_is_reported_in_the_new_file(shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is there to be edited, and each finding says what to write."""
    code, out, err = run(
        shipped, monkeypatch, "env", "new", "live", "--from", "staging", "--tier", "production", "--domain", "a.example"
    )
    assert code == 1
    assert "DDMS311" in err
    assert "create environments/live.toml" in out
    assert tomllib.loads((shipped / "environments/live.toml").read_text("utf-8"))["tier"] == "production"


@pytest.mark.parametrize("name", ["../qa", "QA", "", "a" * 17, "charts", "qa\n", ".qa", "-qa", "qa/x"])
def test_a_name_that_no_environment_can_have_writes_nothing(
    shipped: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Inside the project or outside of it."""
    before = sorted(shipped.parent.rglob("*"))
    code, _, _err = run(shipped, monkeypatch, "env", "new", "--from=staging", "--", name)
    assert code in (1, 2)
    assert sorted(shipped.parent.rglob("*")) == before
