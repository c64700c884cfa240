"""What is committed under generated/ is accepted by what consumes it."""

import json
from pathlib import Path
from typing import Any

from example_project import built
from oracles.terraform import Terraform

ROOT = Path(__file__).parents[2]
STACKS = sorted((built() / "generated").glob("*/terraform/stacks/*/cdk.tf.json"))


def read(path: Path) -> dict[str, Any]:
    """One stack."""
    document: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return document


def name(path: Path) -> str:
    """`prod-foundation`."""
    return f"{path.parts[-5]}-{path.parent.name}"


def test_there_are_stacks() -> None:
    """Else the checks below would check nothing."""
    assert {"prod-foundation", "prod-platform", "staging-foundation", "staging-platform"} <= {name(p) for p in STACKS}


def test_terraform_accepts_every_stack_against_the_exact_schema(terraform: Terraform) -> None:
    """Terraform core validates all committed stacks with the schemas of the pinned providers."""
    assert terraform.validate({name(path): read(path) for path in STACKS}) == []


def test_every_stack_applies_and_then_plans_nothing(terraform: Terraform) -> None:
    """`terraform test` applies the stacks to mock providers, and a plan after that changes no argument."""
    assert terraform.settle({name(path): read(path) for path in STACKS}, {"vpc_id": "vpc-1"}) == []


def test_a_stack_that_never_settles_is_found(terraform: Terraform) -> None:
    """An argument that is another one at each plan is shown with its values; else the test above would show nothing."""
    document = read(next(path for path in STACKS if name(path) == "staging-foundation"))
    document["resource"]["aws_iam_role"]["backup"]["description"] = "${timestamp()}"
    (problem,) = terraform.settle({"staging-foundation": document}, {})
    assert problem.where == "staging-foundation module.m0.aws_iam_role.backup"
    assert problem.message.startswith("planned again: ['description: 2")
