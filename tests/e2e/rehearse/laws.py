"""What AWS refuses, and what it keeps after a deletion. Each law with its source; everything else is allowed."""

import ipaddress
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from rehearse.account import Account, State


class Refused(Exception):  # noqa: N818  (an answer of AWS, not a fault of ours)
    """What AWS answers instead of doing it."""


UNIQUE: Mapping[str, tuple[str, ...]] = {
    "aws_backup_vault": ("name",),
    "aws_cloudtrail": ("name",),
    "aws_cloudwatch_log_group": ("name",),
    "aws_db_instance": ("identifier",),
    "aws_db_parameter_group": ("name",),
    "aws_db_subnet_group": ("name",),
    "aws_ecr_repository": ("name",),
    "aws_eks_access_entry": ("cluster_name", "principal_arn"),
    "aws_eks_addon": ("cluster_name", "addon_name"),
    "aws_eks_cluster": ("name",),
    "aws_elasticache_parameter_group": ("name",),
    "aws_elasticache_replication_group": ("replication_group_id",),
    "aws_elasticache_subnet_group": ("name",),
    "aws_guardduty_detector": (),  # one in each account and region (GuardDuty API reference, CreateDetector)
    "aws_iam_openid_connect_provider": ("url",),
    "aws_iam_role": ("name",),
    "aws_kms_alias": ("name",),
    "aws_s3_bucket": ("bucket",),
    "aws_secretsmanager_secret": ("name",),
    "aws_security_group": ("name", "vpc_id"),
}
"""What there is once in an account and region, and the arguments that say which (API reference, "AlreadyExists")."""


def creation(account: Account, kind: str, planned: State) -> None:
    """Raises Refused when AWS would not make it."""
    if kind in UNIQUE:
        name = _name(kind, planned)
        for state in account.of(kind).values():
            if _name(kind, state) == name:
                raise Refused(f"{kind} {'/'.join(name) or 'of the account'} exists already")
        if name and (why := account.left.get(kind, {}).get("/".join(name))):
            raise Refused(f"{kind} {'/'.join(name)}: {why}")
    for law in _CREATION.get(kind, ()):
        law(account, planned)


def update(account: Account, kind: str, prior: State, planned: State) -> None:
    """Raises Refused when AWS would not change it."""
    for law in _UPDATE.get(kind, ()):
        law(account, prior, planned)


def deletion(account: Account, kind: str, prior: State) -> None:
    """Notes what AWS keeps. Raises Refused when AWS would not delete it."""
    for law in _DELETION.get(kind, ()):
        law(account, prior)


def _name(kind: str, state: State) -> tuple[str, ...]:
    return tuple(str(state.get(argument)).removeprefix("https://") for argument in UNIQUE[kind])


def _subnet_in_its_vpc(account: Account, planned: State) -> None:
    """VPC user guide, "Subnet CIDR blocks": inside the VPC's range, and no two overlap (InvalidSubnet.Conflict)."""
    wanted = ipaddress.IPv4Network(planned["cidr_block"])
    vpc = account.of("aws_vpc")[planned["vpc_id"]]
    if not wanted.subnet_of(ipaddress.IPv4Network(vpc["cidr_block"])):
        raise Refused(f"InvalidSubnet.Range: {wanted} is not in {vpc['cidr_block']}")
    for other in account.of("aws_subnet").values():
        if other["vpc_id"] == planned["vpc_id"] and wanted.overlaps(ipaddress.ip_network(other["cidr_block"])):
            raise Refused(f"InvalidSubnet.Conflict: {wanted} overlaps {other['cidr_block']}")


def _minor(version: str) -> int:
    return int(version.split(".")[1])


def _cluster_up_one_minor(account: Account, prior: State, planned: State) -> None:
    """EKS user guide, "Update existing cluster to new Kubernetes version": one minor at a time.

    For 7 days EKS rolls back by one minor ("Rollback cluster to previous Kubernetes version"); no story asks for that.
    """
    step = _minor(planned["version"]) - _minor(prior["version"])
    if step not in (0, 1):
        raise Refused(f"EKS does not update a cluster from {prior['version']} to {planned['version']}")
    if step:
        for group in account.of("aws_eks_node_group").values():
            if group["cluster_name"] == prior["name"]:
                _skew(planned["version"], group["version"])


def _cluster_stays_in_its_zones(account: Account, prior: State, planned: State) -> None:
    """EKS user guide, "VPC and subnet requirements": subnets that are added are in the zones of the creation."""
    zones = [
        {account.of("aws_subnet")[subnet]["availability_zone"] for subnet in state["vpc_config"][0]["subnet_ids"]}
        for state in (prior, planned)
    ]
    if not zones[1] <= zones[0]:
        raise Refused(f"InvalidParameterException: the cluster is in {sorted(zones[0])}, and cannot be in another zone")


def _nodes_not_back(account: Account, prior: State, planned: State) -> None:
    """EKS API reference, UpdateNodegroupVersion: no way back to an earlier Kubernetes or AMI version."""
    before, after = (re.split(r"[.-]", str(state["release_version"])) for state in (prior, planned))
    if planned["ami_type"].startswith("AL2023") and [int(part) for part in after] < [int(part) for part in before]:
        raise Refused("InvalidParameterException: you cannot roll back a node group to an earlier AMI version")


def _nodes_not_newer(account: Account, planned: State) -> None:
    """EKS user guide, "Kubernetes version skew policy": nodes are never newer, and at most three minors older."""
    cluster = account.of("aws_eks_cluster")[planned["cluster_name"]]
    version = planned["version"]
    _skew(cluster["version"], version)
    release = planned["release_version"]
    if planned["ami_type"].startswith("AL2023") and not str(release).startswith(f"{version}."):
        raise Refused(f"InvalidParameterException: release {release} is not for Kubernetes {version}")


def _skew(cluster: str, node: str) -> None:
    if not 0 <= _minor(cluster) - _minor(node) <= 3:
        raise Refused(f"InvalidParameterException: nodes of {node} in a cluster of {cluster}")


def _database_upgrade(account: Account, prior: State, planned: State) -> None:
    """RDS user guide, "Upgrading the RDS for PostgreSQL DB engine": never back; a major needs the caller's word."""
    before, after = (int(str(state["engine_version"]).split(".")[0]) for state in (prior, planned))
    if after < before:
        raise Refused(f"InvalidParameterCombination: RDS does not go back from {before} to {after}")
    if after > before and not planned["allow_major_version_upgrade"]:
        raise Refused("InvalidParameterCombination: the AllowMajorVersionUpgrade flag must be present")
    if not planned["apply_immediately"] and prior["parameter_group_name"] != planned["parameter_group_name"]:
        account.left.setdefault("group_in_use", {})[prior["parameter_group_name"]] = "until the maintenance window"
    group = account.of("aws_db_parameter_group").get(planned["parameter_group_name"])
    if group is not None and group["family"] != f"postgres{after}":
        raise Refused(f"InvalidParameterCombination: {group['name']} is of the family {group['family']}")


def _group_unused(account: Account, prior: State) -> None:
    """RDS API reference, DeleteDBParameterGroup: not while an instance uses it."""
    if why := account.left.get("group_in_use", {}).get(prior["name"]):
        raise Refused(f"InvalidDBParameterGroupState: {prior['name']} is in use {why}")


def _unprotected(account: Account, prior: State) -> None:
    if prior.get("deletion_protection"):
        raise Refused("InvalidParameterCombination: deletion protection is on")


def _database_deleted(account: Account, prior: State) -> None:
    """RDS user guide, "Deleting a DB instance": the final snapshot and retained backups stay, under the same key."""
    if not prior["skip_final_snapshot"]:
        _snapshot(account, "db_snapshot", prior["final_snapshot_identifier"], prior["kms_key_id"])
    if prior["delete_automated_backups"] is False and prior["backup_retention_period"]:
        account.sealed[f"retained backups of {prior['identifier']}"] = prior["kms_key_id"]


def _cache_deleted(account: Account, prior: State) -> None:
    """ElastiCache API reference, DeleteReplicationGroup: FinalSnapshotIdentifier."""
    if prior["final_snapshot_identifier"]:
        _snapshot(account, "cache_snapshot", prior["final_snapshot_identifier"], prior["kms_key_id"])


def _snapshot(account: Account, kind: str, name: str, key: str) -> None:
    if name in account.left.get(kind, {}):
        raise Refused(f"SnapshotAlreadyExists: {kind} {name}")
    account.left.setdefault(kind, {})[name] = "the final snapshot of an earlier life"
    account.sealed[f"{kind} {name}"] = key


def _secret_deleted(account: Account, prior: State) -> None:
    """Secrets Manager API reference, DeleteSecret: the name is taken until the recovery window is over."""
    if prior["recovery_window_in_days"]:
        why = f"InvalidRequestException: scheduled for deletion in {prior['recovery_window_in_days']} days"
        account.left.setdefault("aws_secretsmanager_secret", {})[prior["name"]] = why


def _bucket_empty(account: Account, prior: State) -> None:
    """S3 API reference, DeleteBucket: BucketNotEmpty, versions and delete markers included."""
    if account.left.get("object", {}).get(prior["bucket"]) and not prior["force_destroy"]:
        raise Refused(f"BucketNotEmpty: {prior['bucket']}")


def _vault_empty(account: Account, prior: State) -> None:
    """AWS Backup API reference, DeleteBackupVault: a vault with recovery points stays."""
    if account.left.get("recovery_point", {}).get(prior["name"]) and not prior["force_destroy"]:
        raise Refused(f"InvalidRequestException: the vault {prior['name']} holds recovery points")


def _key_doomed(account: Account, prior: State) -> None:
    """KMS developer guide, "Deleting AWS KMS keys": after the waiting period nothing that it sealed is readable."""
    account.doomed_keys.append(prior["arn"])


def _cluster_deleted(account: Account, prior: State) -> None:
    """EKS writes its last log lines late: without a denial it makes its log group again (terraform-aws-eks#920)."""
    role = prior["role_arn"].rpartition("/")[2]
    policies = [state for state in account.of("aws_iam_role_policy").values() if state["role"] == role]
    if not any(_denies(json.loads(policy["policy"]), "logs:CreateLogGroup") for policy in policies):
        account.left.setdefault("late_log", {})[f"/aws/eks/{prior['name']}/cluster"] = "EKS still wrote to it"


def _denies(policy: Mapping[str, Any], action: str) -> bool:
    statements = policy["Statement"]
    for statement in statements if isinstance(statements, list) else [statements]:
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        if statement["Effect"] == "Deny" and action in actions:
            return True
    return False


def _log_group_deleted(account: Account, prior: State) -> None:
    if prior["name"] in account.left.get("late_log", {}):
        account.left.setdefault("aws_cloudwatch_log_group", {})[prior["name"]] = "ResourceAlreadyExistsException"


_CREATION: Mapping[str, tuple[Callable[[Account, State], None], ...]] = {
    "aws_eks_node_group": (_nodes_not_newer,),
    "aws_subnet": (_subnet_in_its_vpc,),
}
_UPDATE: Mapping[str, tuple[Callable[[Account, State, State], None], ...]] = {
    "aws_db_instance": (_database_upgrade,),
    "aws_eks_cluster": (_cluster_up_one_minor, _cluster_stays_in_its_zones),
    "aws_eks_node_group": (lambda account, _, planned: _nodes_not_newer(account, planned), _nodes_not_back),
}
_DELETION: Mapping[str, tuple[Callable[[Account, State], None], ...]] = {
    "aws_backup_vault": (_vault_empty,),
    "aws_cloudwatch_log_group": (_log_group_deleted,),
    "aws_db_instance": (_unprotected, _database_deleted),
    "aws_db_parameter_group": (_group_unused,),
    "aws_eks_cluster": (_unprotected, _cluster_deleted),
    "aws_elasticache_replication_group": (_cache_deleted,),
    "aws_kms_key": (_key_doomed,),
    "aws_s3_bucket": (_bucket_empty,),
    "aws_secretsmanager_secret": (_secret_deleted,),
}
