"""The ledger of addresses: what earlier builds put under Terraform's care, so that nothing is lost unnoticed.

`generated/<environment>/terraform/ledger.json`, for an account `generated/bootstrap/terraform/ledgers/<account>.json`,
lists every address of every stack and, for what holds state, the arguments that make Terraform replace it when they
change. It is committed; the next build compares itself with it:

* an address that was renamed, by us (`RENAMED`) or by data (`renamed_from`), gets a `moved` block, which stays;
* a resource with state that is gone, or that would be replaced, is an error until `policy.losses` accepts it.
"""

import datetime
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ddms_compile.diagnostics import Severity
from ddms_compile.diagnostics.keys import parse_key
from ddms_compile.load import Finding, Place
from ddms_compile.spec.policy import Loss

VERSION = 1
ACCEPTED = datetime.timedelta(days=7)
"""How long a loss is accepted for, in the advice: it happens once."""

RENAMED: Mapping[str, str] = {}
"""Addresses that this compiler once used, and those that it uses now. An entry is never taken out."""

IDENTITY: Mapping[str, tuple[str, ...]] = {
    "aws_backup_vault": ("name", "kms_key_arn"),
    "aws_db_instance": ("identifier", "db_name", "username", "engine", "storage_encrypted", "kms_key_id"),
    "aws_ecr_repository": ("name", "encryption_configuration"),
    "aws_eks_cluster": ("name", "encryption_config"),
    "aws_elasticache_replication_group": ("replication_group_id", "kms_key_id", "at_rest_encryption_enabled"),
    "aws_kms_key": (),
    "aws_s3_bucket": ("bucket",),
    "aws_secretsmanager_secret": ("name",),
    "aws_vpc": ("cidr_block",),
}
"""What holds state, and the arguments whose change replaces it (the provider's pages, "Forces new resource")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose the stacks are, for people. `accepts`: the environment whose file may accept a loss.

    `environment`: whose the keys are; None for an account, where each key begins with its environment, `prod:`.
    """

    name: str
    environment: str | None
    accepts: str

    def place(self, key: str) -> Place | None:
        """Where a key is written; None for what stands in no file."""
        environment = self.environment
        if environment is None:
            environment, _, key = key.partition(":")
        if key.startswith("@"):
            return None
        return Place(environment=environment, key=parse_key(key), message="decides it")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Addresses of one environment, or of one account.

    `stacks`: stack -> address -> identity (empty for what holds no state). `moved`: stack -> old -> new address.
    """

    stacks: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    moved: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def read_ledger(text: str | None) -> Ledger:
    """The ledger in a file, or an empty one. Raises ValueError when the text is no ledger."""
    if text is None:
        return Ledger()
    document = json.loads(text)
    if not isinstance(document, dict) or document.get("version") != VERSION:
        raise ValueError("not a ledger of this version")
    return Ledger(stacks=document["stacks"], moved=document["moved"])


def ledger_tree(ledger: Ledger) -> dict[str, Any]:
    """The document to write."""
    return {"version": VERSION, "stacks": ledger.stacks, "moved": ledger.moved}


def next_ledger(
    before: Ledger, stacks: Mapping[str, Mapping[str, Any]], renamed: Mapping[str, str] = RENAMED
) -> Ledger:
    """The ledger after these stacks (Terraform JSON by name). Earlier moves stay while their target is there."""
    moved: dict[str, dict[str, str]] = {}
    for name, document in stacks.items():
        now = _addresses(document)
        known = dict(before.moved.get(name, {}))
        for old in before.stacks.get(name, {}):
            if old not in now and renamed.get(old) in now:
                known[old] = renamed[old]
        moved[name] = {old: new for old, new in sorted(known.items()) if new in now and old not in now}
    return Ledger(
        stacks={name: _addresses(document) for name, document in sorted(stacks.items())},
        moved={name: moves for name, moves in sorted(moved.items()) if moves},
    )


def moved_blocks(ledger: Ledger, stack: str) -> list[dict[str, str]]:
    """The `moved` blocks of a stack."""
    return [{"from": old, "to": new} for old, new in sorted(ledger.moved.get(stack, {}).items())]


def losses(
    owner: Owner,
    before: Ledger,
    after: Ledger,
    accepted: tuple[Loss, ...],
    today: datetime.date,
    causes: Mapping[str, frozenset[str]],
) -> Iterator[Finding]:
    """An error for each resource with state that would be lost, unless the data accept it.

    `causes`: address.argument -> the keys that decide it, to point at them.
    """
    last = today + ACCEPTED
    allowed = {loss.address for loss in accepted if loss.expires >= today}
    for stack, addresses in before.stacks.items():
        if stack not in after.stacks:
            continue
        now, moves = after.stacks[stack], after.moved.get(stack, {})
        for address, identity in sorted(addresses.items()):
            if _kind(address) not in IDENTITY or address in allowed:
                continue
            current = moves.get(address, address)
            if current not in now:
                yield _gone(owner, stack, address, last)
                continue
            for argument, value in sorted(identity.items()):
                if argument in now[current] and now[current][argument] != value:
                    keys = causes.get(f"{current}.{argument}", frozenset())
                    yield _replaced(owner, address, argument, value, now[current][argument], keys, last)


def _gone(owner: Owner, stack: str, address: str, last: datetime.date) -> Finding:
    return Finding(
        code="DDMS601",
        severity=Severity.ERROR,
        message=f"{address} of {owner.name} would be destroyed with all that it holds",
        place=None,
        notes=(f"it was in the stack `{stack}` and is there no more",),
        help=_advice(owner, address, last),
    )


def _replaced(
    owner: Owner, address: str, argument: str, old: Any, new: Any, keys: frozenset[str], last: datetime.date
) -> Finding:
    places = [place for key in sorted(keys) if (place := owner.place(key)) is not None]
    return Finding(
        code="DDMS602",
        severity=Severity.ERROR,
        message=f"{address} of {owner.name} would be destroyed and made anew, empty",
        place=places[0] if places else None,
        related=tuple(places[1:]),
        notes=(f"its `{argument}` would change from {json.dumps(old)} to {json.dumps(new)}",),
        help=_advice(owner, address, last),
    )


def _advice(owner: Owner, address: str, last: datetime.date) -> tuple[str, ...]:
    return (
        "take the change back; what must be kept is copied elsewhere first",
        f"if the loss is meant, add to environments/{owner.accepts}.toml:\n"
        "[[policy.losses]]\n"
        f'address = "{address}"\n'
        'reason = "why nothing is lost that anybody needs"\n'
        f"expires = {last}",
    )


def _addresses(document: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        f"{kind}.{name}": {argument: body[argument] for argument in IDENTITY.get(kind, ()) if argument in body}
        for kind, elements in sorted(document.get("resource", {}).items())
        for name, body in sorted(elements.items())
    }


def _kind(address: str) -> str:
    return address.partition(".")[0]
