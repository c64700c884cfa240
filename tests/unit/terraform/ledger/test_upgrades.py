"""What a build refuses because AWS would: changes that a plan calls an update."""

import datetime
from collections.abc import Mapping
from typing import Any

import pytest

from ddms_compile.spec.policy import Loss
from ddms_compile.terraform.ledger.ledger import Ledger, Owner, next_ledger
from ddms_compile.terraform.ledger.upgrades import refusals

TODAY = datetime.date(2026, 11, 23)
PROD = Owner(name="prod", environment="prod", accepts="prod", address="environment.prod")
NODES, CACHE, CLUSTER = (
    "aws_eks_node_group.general_0",
    "aws_elasticache_replication_group.redis",
    "aws_eks_cluster.main",
)
SUBNETS = {f"aws_subnet.private_{zone}": {"cidr_block": f"10.0.{zone}.0/24"} for zone in range(3)}

Resources = Mapping[str, Mapping[str, Any]]


def document(resources: Resources) -> dict[str, Any]:
    """Terraform JSON of resources by address."""
    found: dict[str, Any] = {"resource": {}}
    for address, body in resources.items():
        kind, _, name = address.partition(".")
        found["resource"].setdefault(kind, {})[name] = dict(body)
    return found


def refused(old: Resources, new: Resources, *accepted: str) -> list[str]:
    """The codes of what is refused between two builds."""
    before = next_ledger(Ledger(), {"foundation": document(old)})
    after = next_ledger(before, {"foundation": document(new)})
    losses = tuple(Loss(address=each, reason="it was never applied", expires=TODAY) for each in accepted)
    found = refusals(PROD, before, after, {"foundation": document(new)}, losses, TODAY, {})
    return [finding.code for finding in found]


def nodes(version: str, release: str) -> Resources:
    return {NODES: {"version": version, "release_version": release}}


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        (nodes("1.35", "1.35.7-20260903"), nodes("1.35", "1.35.7-20260714"), ["DDMS610"]),
        (nodes("1.35", "1.35.7-20260903"), nodes("1.35", "1.35.6-20260903"), ["DDMS610"]),
        (nodes("1.35", "1.35.7-20260903"), nodes("1.34", "1.34.9-20260714"), ["DDMS610", "DDMS610"]),
        (nodes("1.35", "1.35.7-20260903"), nodes("1.36", "1.36.2-20260818"), []),
        (nodes("1.35", "1.65.0-0be31b34"), nodes("1.35", "1.64.9-0be31b34"), ["DDMS610"]),
        (nodes("1.35", "1.65.0-0be31b34"), nodes("1.35", "1.35.7-20260903"), []),
        ({CLUSTER: {"version": "1.36"}}, {CLUSTER: {"version": "1.35"}}, ["DDMS610"]),
        ({CLUSTER: {"version": "1.35"}}, {CLUSTER: {"version": "1.37"}}, ["DDMS613"]),
        ({CLUSTER: {"version": "1.35"}}, {CLUSTER: {"version": "1.36"}}, []),
        ({CACHE: {"auth_token": "${var.t}"}}, {CACHE: {}}, ["DDMS614"]),
        ({CACHE: {}}, {CACHE: {"auth_token": "${var.t}"}}, []),
        (SUBNETS, dict(list(SUBNETS.items())[:2]), ["DDMS617"]),
        (dict(list(SUBNETS.items())[:2]), SUBNETS, []),
    ],
)
def test_what_aws_would_refuse_is_refused(old: Resources, new: Resources, codes: list[str]) -> None:
    assert refused(old, new) == codes


def test_what_was_never_applied_or_is_done_already_is_accepted_by_its_address() -> None:
    assert refused(nodes("1.35", "1.35.7-20260903"), nodes("1.35", "1.35.7-20260714"), NODES) == []
    assert refused({CLUSTER: {"version": "1.36"}}, {CLUSTER: {"version": "1.35"}}, CLUSTER) == []
    assert refused({CACHE: {"auth_token": "${var.t}"}}, {CACHE: {}}, CACHE) == []
    assert refused(SUBNETS, dict(list(SUBNETS.items())[:2]), "aws_vpc.main") == []


def test_what_is_accepted_brings_the_ledger_to_it() -> None:
    """A cluster that EKS has rolled back: the build with the entry is the last that needs it."""
    newer, older = {CLUSTER: {"version": "1.36"}}, {CLUSTER: {"version": "1.35"}}
    assert refused(newer, older, CLUSTER) == []
    assert refused(older, older) == []
