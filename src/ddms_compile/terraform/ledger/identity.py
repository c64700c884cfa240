"""What holds state, and which of its arguments say that it is still the same.

`IDENTITY`: arguments whose change makes Terraform replace the resource (provider pages, "Forces new resource").
`NOTED`: arguments that change in place, or are meant to, and that `upgrades` judges by their old and new value.
"""

from collections.abc import Mapping

IDENTITY: Mapping[str, tuple[str, ...]] = {
    "aws_backup_vault": ("name", "kms_key_arn"),
    "aws_cloudwatch_log_group": ("name",),
    "aws_db_instance": ("identifier", "db_name", "username", "engine", "storage_encrypted", "kms_key_id"),
    "aws_ecr_repository": ("name", "encryption_configuration"),
    "aws_eks_cluster": ("name", "encryption_config", "role_arn", "access_config", "bootstrap_self_managed_addons"),
    "aws_elasticache_replication_group": (
        "replication_group_id",
        "kms_key_id",
        "at_rest_encryption_enabled",
        "transit_encryption_enabled",
        "subnet_group_name",
        "port",
    ),
    "aws_kms_key": (),
    "aws_s3_bucket": ("bucket",),
    "aws_secretsmanager_secret": ("name",),
    "aws_vpc": (),
}

NOTED: Mapping[str, tuple[str, ...]] = {
    "aws_db_instance": ("engine_version", "allocated_storage"),
    "aws_eks_cluster": ("version",),
    "aws_elasticache_replication_group": ("engine", "engine_version", "auth_token"),
    "aws_subnet": ("cidr_block",),
    "aws_vpc": ("cidr_block",),
}


def recorded(kind: str) -> tuple[str, ...]:
    """The arguments that the ledger keeps of a resource."""
    return (*IDENTITY.get(kind, ()), *NOTED.get(kind, ()))
