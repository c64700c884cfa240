"""What moto does not do, and what a stack is without it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LEFT_OUT: Mapping[str, str] = {
    "aws_backup_selection": "no selections of a backup plan",
    "aws_eks_access_entry": "no access entries",
    "aws_eks_access_policy_association": "no access entries to associate with",
    "aws_eks_addon": "no add-ons",
    "aws_eks_addon_version": "no versions of add-ons",
    "aws_elasticache_parameter_group": "no parameter groups of caches",
    "aws_elasticache_replication_group": "the members of a replication group cannot be read back",
    "aws_elasticache_subnet_group": "a subnet group of caches cannot be deleted",
    "aws_guardduty_detector_feature": "a detector keeps the feature that was set last, and forgets the others",
    "aws_secretsmanager_secret_rotation": "a rotation by the service that owns the secret cannot be ended",
}
"""Kinds that moto cannot create, read back and delete, each with the reason; `test_left_out` tries each."""

BACKEND = "moto denies every object of a bucket whose policy denies plain HTTP, over HTTPS too: it reads no conditions"
"""Why the states are files here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reduced:
    """A stack without them."""

    document: Mapping[str, Any]
    applied: tuple[str, ...]
    left_out: Mapping[str, str]  # address -> reason


def reduce(document: Mapping[str, Any]) -> Reduced:
    """The stack without the kinds of the table, and without the outputs that tell of them.

    An element that stays must need none that goes, or AssertionError: the table would hide more than it says.
    """
    copy = json.loads(json.dumps(document))
    gone: dict[str, str] = {}
    for section in ("resource", "data"):
        for kind in [kind for kind in copy.get(section, {}) if kind in LEFT_OUT]:
            prefix = "data." if section == "data" else ""
            gone |= {f"{prefix}{kind}.{name}": LEFT_OUT[kind] for name in copy[section].pop(kind)}
    for name in [name for name, body in copy.get("output", {}).items() if _needs(body, gone)]:
        del copy["output"][name]
    stays = {f"{kind}.{name}": body for kind, bodies in copy["resource"].items() for name, body in bodies.items()}
    for address, body in stays.items():
        body["depends_on"] = [needed for needed in body.get("depends_on", []) if needed not in gone]
        assert not _needs(body, gone), f"{address} needs {_needs(body, gone)}, which moto does not know"
    resources = {address: reason for address, reason in gone.items() if not address.startswith("data.")}
    return Reduced(document=copy, applied=tuple(sorted(stays)), left_out=resources)


def _needs(body: Any, gone: Mapping[str, str]) -> list[str]:
    text = json.dumps(body)
    return [address for address in gone if re.search(rf"(?<![\w.]){re.escape(address)}\b", text)]
