"""The commands that answer questions about the shipped environments, with the real compiler."""

import json

import pytest

from cli.scene import SHIPPED
from ddms_compile.cli import main


@pytest.fixture(autouse=True)
def shared_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bindings are made once for all tests."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(SHIPPED / ".cache"))


def ask(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What a command prints, and nothing on standard error."""
    assert main(["-C", str(SHIPPED), *arguments]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


@pytest.mark.parametrize("environment", ["local", "staging", "prod"])
def test_secrets_are_listed_in_text_and_as_data(capsys: pytest.CaptureFixture[str], environment: str) -> None:
    """Both forms name the same secrets, each with a source and somebody who reads it."""
    text = ask(capsys, "secrets", environment)
    data = json.loads(ask(capsys, "secrets", environment, "--format", "json"))
    assert data
    for secret in data:
        assert f"  {secret['name']}" in text
        assert secret["source"] and secret["readers"]


def test_env_list_names_every_shipped_environment(capsys: pytest.CaptureFixture[str]) -> None:
    """One line per file of environments/, sorted."""
    names = [line.split()[0] for line in ask(capsys, "env", "list").splitlines()]
    assert names == sorted(path.stem for path in (SHIPPED / "environments").glob("*.toml"))


@pytest.mark.parametrize("document", ["project", "environment"])
def test_schema_is_the_one_that_is_committed_when_there_is_one(
    capsys: pytest.CaptureFixture[str], document: str
) -> None:
    """`schema` prints JSON Schema, byte for byte what `build` writes."""
    text = ask(capsys, "schema", document)
    assert json.loads(text)["$schema"].startswith("https://json-schema.org/")
    committed = SHIPPED / f"generated/schema/{document}.schema.json"
    if not committed.exists():
        pytest.skip("SKIPPED CHECK: nothing is built here")
    assert text == committed.read_text("utf-8")


def test_explain_names_the_line_that_decides(capsys: pytest.CaptureFixture[str]) -> None:
    """A key is explained with its layers, from the tier's file up to the defaults."""
    text = ask(capsys, "explain", "prod", "postgres.multi_az")
    assert text.startswith("postgres.multi_az = true\n")
    assert "over defaults" in text
    assert "aws_db_instance.postgres.multi_az = true" in text


def test_explain_offers_the_nearest_name(capsys: pytest.CaptureFixture[str]) -> None:
    """A target that is not there is an error of usage."""
    assert main(["-C", str(SHIPPED), "explain", "prod", "postgres.multi_ax"]) == 2
    assert "postgres.multi_az" in capsys.readouterr().err


def test_an_environment_that_is_not_there_is_a_diagnostic(capsys: pytest.CaptureFixture[str]) -> None:
    """The same DDMS007 as everywhere."""
    for command in (("secrets", "prdo"), ("explain", "prdo", "x"), ("check", "prdo")):
        assert main(["-C", str(SHIPPED), *command]) == 1
        assert "error[DDMS007]" in capsys.readouterr().err
