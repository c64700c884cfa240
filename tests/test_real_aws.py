"""A real AWS provider validates and plans what is generated; it knows which values are wrong."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from oracles import real_aws as oracle

ROOT = Path(__file__).parents[1]
STACKS = sorted(
    path
    for path in (ROOT / "generated").glob("*/terraform/stacks/*/cdk.tf.json")
    if path.parent.name != "platform"  # it needs the Helm provider, which no mirror was seen with
)


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
    document = copy.deepcopy(read(ROOT / "generated/prod/terraform/stacks/foundation/cdk.tf.json"))
    document["resource"][kind][name][argument] = value
    assert aws.plan(document)
