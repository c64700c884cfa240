"""The ledger knows every argument by which a resource that holds data would be replaced."""

import json
from pathlib import Path

import pytest

from ddms_compile.terraform.ledger.identity import IDENTITY, NOTED, recorded

REPLACED = json.loads((Path(__file__).parent / "replacements.json").read_text("utf-8"))["replaced"]

JUDGED = {
    ("aws_elasticache_replication_group", "engine"): "Valkey to Redis alone",
    ("aws_elasticache_replication_group", "engine_version"): "a lower version alone",
}
"""Arguments that replace by the direction of their change: `upgrades` judges them."""

EXEMPT = {
    "aws_secretsmanager_secret_version": "a rotation makes a new version on purpose; the entry and its old value stay",
    "aws_guardduty_detector": "findings go with a detector that is turned off, and no argument replaces one",
}
"""Types that hold data and have no identity in the ledger, each with the reason."""


@pytest.mark.parametrize("kind", sorted(REPLACED.keys() - EXEMPT.keys()))
def test_every_argument_that_replaces_is_of_the_identity(kind: str) -> None:
    """What the real provider answered with a replacement is refused by the next build, or judged by its direction."""
    assert kind in IDENTITY
    judged = {argument for of, argument in JUDGED if of == kind}
    assert judged <= set(NOTED.get(kind, ()))
    assert set(REPLACED[kind]) - judged <= set(IDENTITY[kind])


def test_exemptions_are_needed() -> None:
    """No type is exempt that has an identity, and none is exempt that does not hold data."""
    assert EXEMPT.keys() <= REPLACED.keys() - IDENTITY.keys()


def test_no_argument_is_both_an_identity_and_noted() -> None:
    """A change is refused once."""
    assert all(len(recorded(kind)) == len(set(recorded(kind))) for kind in {*IDENTITY, *NOTED})
