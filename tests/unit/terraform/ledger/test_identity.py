"""The ledger knows every argument by which a resource that holds data would be replaced."""

import json
from pathlib import Path

import pytest

from ddms_compile.cdktf.types import TYPES
from ddms_compile.terraform.ledger.identity import EXEMPT, IDENTITY, NOTED, STATELESS, is_classified, recorded

REPLACED = json.loads((Path(__file__).parent / "replacements.json").read_text("utf-8"))["replaced"]

JUDGED = {
    ("aws_elasticache_replication_group", "engine"): "Valkey to Redis alone",
    ("aws_elasticache_replication_group", "engine_version"): "a lower version alone",
}
"""Arguments that replace by the direction of their change: `upgrades` judges them."""


@pytest.mark.parametrize("kind", sorted(REPLACED.keys() - EXEMPT.keys()))
def test_every_argument_that_replaces_is_of_the_identity(kind: str) -> None:
    """What the real provider answered with a replacement is refused by the next build, or judged by its direction."""
    assert kind in IDENTITY
    judged = {argument for of, argument in JUDGED if of == kind}
    assert judged <= set(NOTED.get(kind, ()))
    assert set(REPLACED[kind]) - judged <= set(IDENTITY[kind])


def test_every_type_is_either_guarded_or_exempt_or_stateless() -> None:
    """A new type in a stack is sorted first, into exactly one of the three."""
    resources = {kind for kind in TYPES if not kind.startswith("data.")}
    assert {kind for kind in resources if not is_classified(kind)} == set()
    classes = (IDENTITY.keys(), EXEMPT.keys(), STATELESS)
    assert sum(map(len, classes)) == len(set().union(*classes))
    assert set().union(*classes) <= resources, "these are in no stack any more"


def test_what_the_provider_replaces_with_its_data_is_not_stateless() -> None:
    """The facts about the real provider say of each type whether it holds data."""
    assert REPLACED.keys().isdisjoint(STATELESS)


def test_no_argument_is_both_an_identity_and_noted() -> None:
    """A change is refused once."""
    assert all(len(recorded(kind)) == len(set(recorded(kind))) for kind in {*IDENTITY, *NOTED})
