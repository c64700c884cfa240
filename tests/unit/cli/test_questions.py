"""The commands that answer questions about the shipped environments, with the real compiler."""

import json
import os
import subprocess
import sys

import pytest

from ddms_compile.write.fingerprint import PACKAGE
from example_project import REPOSITORY, built


def run(*arguments: str) -> tuple[int, str, str]:
    """A process of its own, because Node runs once per process; the bindings are made once for all tests."""
    ran = subprocess.run(
        [sys.executable, "-m", "ddms_compile", "-C", str(built()), *arguments],
        env={**os.environ, "PYTHONPATH": str(PACKAGE.parent), "XDG_CACHE_HOME": str(REPOSITORY / ".cache")},
        capture_output=True,
        text=True,
    )
    return ran.returncode, ran.stdout, ran.stderr


def ask(*arguments: str) -> str:
    """What a command prints, when all is well."""
    code, out, err = run(*arguments)
    assert code == 0, err
    return out


@pytest.mark.parametrize("environment", ["local", "staging", "prod"])
def test_secrets_are_listed_in_text_and_as_data(environment: str) -> None:
    """Both forms name the same secrets, each with a source and somebody who reads it."""
    text = ask("secrets", environment)
    data = json.loads(ask("secrets", environment, "--format", "json"))
    assert data
    for secret in data:
        assert f"  {secret['name']}" in text
        assert secret["source"] and secret["readers"]


def test_env_list_names_every_shipped_environment() -> None:
    """One line per file of environments/, sorted."""
    names = [line.split()[0] for line in ask("env", "list").splitlines()]
    assert names == sorted(path.stem for path in (built() / "environments").glob("*.toml"))


@pytest.mark.parametrize("document", ["project", "environment"])
def test_schema_is_the_one_that_is_written(document: str) -> None:
    """`schema` prints JSON Schema, byte for byte what `build` writes."""
    text = ask("schema", document)
    assert json.loads(text)["$schema"].startswith("https://json-schema.org/")
    assert text == (built() / f"generated/schema/{document}.schema.json").read_text("utf-8")


def test_explain_names_the_line_that_decides() -> None:
    """A key is explained with its layers, from the tier's file up to the defaults."""
    text = ask("explain", "prod", "postgres.multi_az")
    assert text.startswith("postgres.multi_az = true\n")
    assert "over defaults" in text
    assert "aws_db_instance.postgres.multi_az = true" in text


def test_explain_offers_the_nearest_name() -> None:
    """A target that is not there is an error of usage."""
    code, _out, err = run("explain", "prod", "postgres.multi_ax")
    assert code == 2
    assert "postgres.multi_az" in err


def test_an_environment_that_is_not_there_is_a_diagnostic() -> None:
    """The same DDMS007 as everywhere."""
    for command in (("secrets", "prdo"), ("explain", "prdo", "x"), ("check", "prdo")):
        code, _out, err = run(*command)
        assert code == 1
        assert "error[DDMS007]" in err
