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
    "aws_eks_node_group": ("version", "release_version"),
    "aws_elasticache_replication_group": ("engine", "engine_version", "auth_token"),
    "aws_subnet": ("cidr_block",),
    "aws_vpc": ("cidr_block",),
}


EXEMPT: Mapping[str, str] = {
    "aws_guardduty_detector": "a disabled detector loses its findings, and no argument replaces a detector",
    "aws_secretsmanager_secret_version": (
        "a rotation creates a new version on purpose; the entry and its old value stay"
    ),
    "helm_release": "a chart stores its data in volumes, which outlive a release",
}
"""Types that hold data and that the ledger leaves alone, each with the reason."""

STATELESS = frozenset(
    {
        "aws_backup_plan",
        "aws_backup_selection",
        "aws_cloudtrail",
        "aws_db_parameter_group",
        "aws_db_subnet_group",
        "aws_default_security_group",
        "aws_ecr_lifecycle_policy",
        "aws_ecr_repository_policy",
        "aws_eip",
        "aws_eks_access_entry",
        "aws_eks_access_policy_association",
        "aws_eks_addon",
        "aws_eks_node_group",
        "aws_elasticache_parameter_group",
        "aws_elasticache_subnet_group",
        "aws_flow_log",
        "aws_guardduty_detector_feature",
        "aws_iam_openid_connect_provider",
        "aws_iam_policy",
        "aws_iam_role",
        "aws_iam_role_policy",
        "aws_iam_role_policy_attachment",
        "aws_internet_gateway",
        "aws_kms_alias",
        "aws_launch_template",
        "aws_nat_gateway",
        "aws_route",
        "aws_route_table",
        "aws_route_table_association",
        "aws_s3_bucket_lifecycle_configuration",
        "aws_s3_bucket_ownership_controls",
        "aws_s3_bucket_policy",
        "aws_s3_bucket_public_access_block",
        "aws_s3_bucket_server_side_encryption_configuration",
        "aws_s3_bucket_versioning",
        "aws_secretsmanager_secret_rotation",
        "aws_security_group",
        "aws_subnet",
        "aws_vpc_endpoint",
        "aws_vpc_security_group_ingress_rule",
    }
)
"""Types that hold no data: Terraform makes them again from their arguments."""


def is_classified(kind: str) -> bool:
    """Whether it is decided if a resource of this type holds data. A stack takes no other."""
    return kind in IDENTITY or kind in EXEMPT or kind in STATELESS


def recorded(kind: str) -> tuple[str, ...]:
    """The arguments that the ledger keeps of a resource."""
    return (*IDENTITY.get(kind, ()), *NOTED.get(kind, ()))
