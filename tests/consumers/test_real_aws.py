"""A real AWS provider validates and plans what is generated; it knows which values are wrong."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from example_project import built
from oracles import real_aws as oracle

ROOT = Path(__file__).parents[2]
STACKS = sorted(
    path
    for path in (built() / "generated").glob("*/terraform/stacks/*/cdk.tf.json")
    if path.parent.name != "platform"  # it needs the Helm provider, which no mirror was seen with
)

YOUNGER = {"resource.aws_eks_cluster.main.deletion_protection"}
"""Arguments that came after 5.100.0, the last of its line."""


@pytest.fixture(scope="module")
def aws() -> Iterator[oracle.RealAws]:
    """The provider of the machine's mirror."""
    reason = oracle.unavailable()
    if reason:
        pytest.skip(f"UNCHECKED by a real AWS provider: {reason}")
    with oracle.real_aws() as found:
        yield found


def read(path: Path) -> dict[str, Any]:
    """One stack."""
    document: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return document


@pytest.mark.parametrize("path", STACKS, ids=lambda path: f"{path.parts[-5]}-{path.parent.name}")
def test_the_real_provider_plans_every_stack(path: Path, aws: oracle.RealAws) -> None:
    """No value is refused by the validators of the provider, and a plan can be made."""
    assert aws.plan(read(path)) == []


def paths(value: Any, path: str = "") -> Iterator[str]:
    """Every place in a stack."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from paths(inner, f"{path}.{key}".lstrip("."))


@pytest.mark.parametrize("path", STACKS, ids=lambda path: f"{path.parts[-5]}-{path.parent.name}")
def test_little_is_dropped_for_an_older_provider(path: Path, aws: oracle.RealAws) -> None:
    """What the plan does not see is known: the state's bucket, and what came after the provider."""
    document = read(path)
    dropped = set(paths(document)) - set(paths(aws.older(document)))
    assert {place for place in dropped if not place.startswith("terraform.backend")} <= YOUNGER


@pytest.mark.parametrize(
    ("kind", "name", "argument", "value"),
    [
        ("aws_vpc", "main", "cidr_block", "10.0.0.0/33"),
        ("aws_cloudwatch_log_group", "cluster", "retention_in_days", 2),
        ("aws_db_instance", "postgres", "identifier", "-no-identifier-"),
        ("aws_iam_role", "cluster", "name", "x" * 65),
    ],
)
def test_a_wrong_value_is_refused(kind: str, name: str, argument: str, value: Any, aws: oracle.RealAws) -> None:
    """The check above has teeth: a value that no schema holds against us is found."""
    document = copy.deepcopy(read(built() / "generated/prod/terraform/stacks/foundation/cdk.tf.json"))
    document["resource"][kind][name][argument] = value
    assert aws.plan(document)
