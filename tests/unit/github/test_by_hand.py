"""README.md, "First deployment": its commands, held to what is generated."""

import json
import re
from typing import Any

import pytest
import yaml

from ddms_compile.resolve import resolve_all
from ddms_compile.resolve.secrets import ci_secrets
from delivery_cases.project import ROOT, specs
from example_project import built
from oracles import shell


def commands() -> str:
    """The block, as a reader pastes it."""
    text = (ROOT / "README.md").read_text("utf-8")
    blocks: list[str] = re.findall(r"^```sh\n# Needs AWS(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    (block,) = blocks
    return f"# Needs AWS{block}"


def stack(folder: str) -> dict[str, Any]:
    """One that is generated."""
    document: dict[str, Any] = json.loads((built() / folder / "cdk.tf.json").read_text("utf-8"))
    return document


def test_shellcheck_objects_to_nothing() -> None:
    """bash and shellcheck accept the commands as they stand."""
    reason = shell.unavailable()
    if reason:
        pytest.skip(f"UNCHECKED commands of the README: {reason}")
    assert shell.problems("#!/usr/bin/env bash\n" + commands()) == []


def test_each_stack_is_made_ready_and_applied_in_its_order() -> None:
    """What any environment needs, then what the platform stands on, then the platform; none is left out."""
    done = re.findall(r"terraform -chdir=(\S+) (\w+)$", commands(), re.MULTILINE)
    folders = ["generated/bootstrap/terraform/stacks/444455556666"]
    folders += [f"generated/prod/terraform/stacks/{name}" for name in ("foundation", "platform")]
    assert done == [(folder, verb) for folder in folders for verb in ("init", "apply")]
    for folder in folders:
        assert stack(folder)["terraform"]["backend"]


def test_every_variable_without_a_default_is_given_before_it_is_asked_for() -> None:
    """Terraform would stop and ask."""
    text = commands()
    for name in ("foundation", "platform"):
        folder = f"generated/prod/terraform/stacks/{name}"
        for variable, held in stack(folder)["variable"].items():
            if "default" not in held:
                assert 0 < text.index(f"export TF_VAR_{variable}") < text.index(f"-chdir={folder} init")


def test_github_gets_every_secret_that_the_pipeline_reads() -> None:
    """Those that `secrets prod --ci` lists, from the variables of the same commands."""
    environment = resolve_all(specs())["prod"]
    given = re.findall(r'printf %s "\$(\w+)" \| gh secret set (\w+) --env prod', commands())
    assert set(given) == {(item.name, item.in_ci) for item in ci_secrets(environment)}


def test_the_entry_that_is_filled_by_hand_is_one_that_terraform_makes() -> None:
    """Its name and its key are those that External Secrets reads later."""
    foundation = stack("generated/prod/terraform/stacks/foundation")
    made = {entry["name"] for entry in foundation["resource"]["aws_secretsmanager_secret"].values()}
    entries = re.findall(r"--secret-id (\S+)", commands())
    assert entries and set(entries) <= made
    values = yaml.safe_load((built() / "generated/prod/helm/values.yaml").read_text("utf-8"))
    read = {(e["remoteKey"], e["property"]) for e in values["backend"]["secrets"]["external"]["entries"]}
    assert {(entry, "jwt_secret") for entry in entries} <= read
    assert '{"jwt_secret": "%s"}' in commands()
