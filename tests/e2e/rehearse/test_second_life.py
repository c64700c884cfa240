"""Create, use, destroy, create again: what the section "Destroy the environment" of the runbook does, and why."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from rehearse.account import Account
from rehearse.conftest import ENVIRONMENTS, Life
from rehearse.stage import Failed

KEPT = ("aws_kms_key.backup", "aws_kms_key.data", "aws_backup_vault.main")
"""What backups are in and sealed with: it outlives the environment."""

WAIVER = {"code": "DDMS302", "reason": "the environment is destroyed", "expires": datetime.date(2026, 12, 1)}


def use(life: Life) -> None:
    """Months of operation: objects in every bucket, recovery points in the vault."""
    account = life.account
    account.left["object"] = {bucket["bucket"]: "in use" for bucket in account.of("aws_s3_bucket").values()}
    account.left["recovery_point"] = {vault["name"]: "in use" for vault in account.of("aws_backup_vault").values()}
    account.save(life.foundation.account)


def unprotect(life: Life) -> None:
    """The data say that it may go."""
    life.project.set(life.name, {"policy.waivers": [WAIVER] if life.name == "prod" else []})
    life.built = life.project.build(life.name, postgres__deletion_protection=False)
    life.foundation.apply(life.built.stacks["foundation"])


def empty_buckets(life: Life) -> None:
    """The runbook's loop over every version of every object."""
    account = life.account
    account.left["object"] = {}
    account.save(life.foundation.account)


def restore_entries(account: Account) -> dict[str, str]:
    """`aws secretsmanager restore-secret` of each entry: address -> ARN. It is there again, with its value."""
    found = {}
    for name in list(account.left.pop("aws_secretsmanager_secret", {})):
        arn = f"arn:aws:secretsmanager:{account.region}:{account.number}:secret:{name}-AbCdEf"
        entry = {"id": arn, "arn": arn, "name": name, "recovery_window_in_days": 30}
        account.put("aws_secretsmanager_secret", arn, entry)
        found[f"aws_secretsmanager_secret.{name.rpartition('/')[2]}"] = arn
    return found


@pytest.mark.whole
@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_a_destroy_without_the_runbook_stops_half_way(name: str, live: Callable[[str], Life]) -> None:
    """Buckets with objects and a vault with recovery points stay, and so does a protected database."""
    life = live(name)
    use(life)
    with pytest.raises(Failed) as failed:
        life.foundation.destroy()
    text = str(failed.value)
    assert "BucketNotEmpty" in text
    assert "holds recovery points" in text
    assert ("deletion protection" in text) is (name == "prod")


def short(*names: str) -> list[Any]:
    return [pytest.param(n, marks=() if n in names else pytest.mark.whole) for n in ENVIRONMENTS]


@pytest.mark.parametrize("name", short("staging"))
def test_the_sequence_create_use_destroy_create_destroy(name: str, live: Callable[[str], Life]) -> None:
    """A second life begins where the first one ended: no name is taken, no backup is unreadable, and it can end too."""
    life = live(name)
    use(life)
    unprotect(life)
    empty_buckets(life)
    held = {address: life.foundation.ident(address) for address in KEPT}
    life.foundation.forget(*KEPT)
    life.foundation.destroy()

    account = life.account
    assert sum(len(resources) for resources in account.resources.values()) == len(KEPT)
    assert account.sealed, "a final snapshot and retained backups are left"
    assert list(account.lost_with_their_keys()) == [], "and the keys that they need are not scheduled for deletion"

    second = life.foundation.beside("second")
    document = life.built.stacks["foundation"]
    entries = restore_entries(account)
    account.save(life.foundation.account)
    for address, ident in {**held, **entries}.items():
        second.take_back(document, address, ident)
    plan = second.apply(document)
    assert not {a for a, verdict in plan.effects.items() if verdict in ("replace", "delete")}
    assert {a for a in (*KEPT, *entries) if plan.effects.get(a) == "create"} == set()

    second.forget(*KEPT)
    second.destroy()
    snapshots = life.account.left["db_snapshot"]
    assert len(snapshots) == 2, "each life left a final snapshot of its own"


@pytest.mark.whole
@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_a_second_life_finds_the_names_of_its_entries_taken(name: str, live: Callable[[str], Life]) -> None:
    """Secrets Manager keeps a name until the recovery window is over: without the runbook the second apply fails."""
    life = live(name)
    unprotect(life)
    life.foundation.forget(*KEPT)
    life.foundation.destroy()
    with pytest.raises(Failed, match="scheduled for deletion"):
        life.foundation.beside("second").apply(life.built.stacks["foundation"])
