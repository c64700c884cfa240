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
    "aws_elasticache_parameter_group": "no parameter groups of caches",
    "aws_elasticache_replication_group": "the members of a replication group cannot be read back",
    "aws_elasticache_subnet_group": "a subnet group of caches cannot be deleted",
    "aws_guardduty_detector_feature": "a detector keeps the feature that was set last, and forgets the others",
    "aws_secretsmanager_secret_rotation": "a rotation by the service that owns the secret cannot be ended",
}
"""Kinds that moto cannot create, read back and delete, each with the reason; `test_left_out` tries each."""

FORGOTTEN: Mapping[str, str] = {
    "aws_backup_plan.tags_all": "tags of backup plans",
    "aws_backup_vault.tags_all": "tags of vaults",
    "aws_db_instance.engine_lifecycle_support": "extended support of databases",
    "aws_db_instance.performance_insights_enabled": "Performance Insights",
    "aws_db_instance.performance_insights_kms_key_id": "Performance Insights",
    "aws_db_instance.performance_insights_retention_period": "Performance Insights",
    "aws_db_parameter_group.parameter": "which parameters are the user's: the provider asks for those alone",
    "aws_eks_cluster.access_config": "the mode of authentication",
    "aws_eks_cluster.upgrade_policy": "extended support of clusters",
    "aws_eks_cluster.vpc_config": "the mode of authentication, so that the cluster is made anew, with another group",
    "aws_eks_node_group.launch_template": "that nobody asked for a way in, so that the group is made anew",
    "aws_eks_node_group.remote_access": "that nobody asked for a way in: it makes up a key",
    "aws_eks_node_group.update_config": "how nodes are replaced",
    "aws_launch_template.tag_specifications": "whose tags are whose: it adds the template's own to those of nodes",
    "aws_vpc_security_group_ingress_rule.description": "descriptions of rules",
}
"""Arguments that moto takes and does not give back as they were, each with what it forgets."""

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
