"""Backup: AWS Backup for the database, a bucket and a role for Velero."""

from ddms_compile.provenance.traced import Traced
from ddms_compile.resolve import Environment
from ddms_compile.resolve.schedules import aws_schedules
from ddms_compile.terraform.arguments import block
from ddms_compile.terraform.components.bucket import objects, private_bucket
from ddms_compile.terraform.components.cluster import ClusterHandles
from ddms_compile.terraform.components.iam import (
    ACCOUNT,
    PARTITION,
    condition,
    service_account_role,
    service_role,
    statement,
)
from ddms_compile.terraform.components.keys import encryption_key
from ddms_compile.terraform.expression import Expression, template
from ddms_compile.terraform.stack import Scope, Stack


def backup(stack: Stack, environment: Environment, eks: ClusterHandles) -> None:
    """Add both, with a separate KMS key: access to the data does not include the backups."""
    scope = stack.component("backup")
    key = encryption_key(scope, environment, "backup", "Backups of the database and the cluster")
    _vault(scope, environment, key)
    _velero(stack, environment, eks, key)


def _vault(scope: Scope, environment: Environment, key: Expression) -> None:
    """Add snapshots of resources with the environment's tag `backup`, beside RDS's own.

    No continuous backup, which changes the instance's retention period and so causes drift.
    """
    names, read = environment.names, environment.read
    vault = scope.resource("aws_backup_vault", "main", name=names.of("backup"), kms_key_arn=key, force_destroy=False)
    schedule = read(lambda s: s.backup.vault.schedule)
    plan = scope.resource(
        "aws_backup_plan",
        "main",
        name=names.of("backup"),
        rule=[
            block(
                rule_name=f"scheduled-{number}",
                target_vault_name=vault.ref("name"),
                schedule=Traced(written, schedule.keys),
                start_window=60,
                completion_window=360,
                lifecycle=block(delete_after=read(lambda s: s.backup.vault.retention_days)),
                recovery_point_tags={"Name": names.of("backup")},
            )
            for number, written in enumerate(aws_schedules(schedule.value), start=1)
        ],
    )
    role, _ = service_role(
        scope,
        environment,
        "backup",
        "backup.amazonaws.com",
        "service-role/AWSBackupServiceRolePolicyForBackup",
        "service-role/AWSBackupServiceRolePolicyForRestores",
    )
    scope.resource(
        "aws_backup_selection",
        "main",
        name=names.of("backup"),
        plan_id=plan.ref("id"),
        iam_role_arn=role.ref("arn"),
        selection_tag=[block(type="STRINGEQUALS", key="backup", value=names.prefix)],
    )
    scope.output("backup_vault", vault.ref("name"), "The vault with the snapshots of the database")


def _velero(stack: Stack, environment: Environment, eks: ClusterHandles, key: Expression) -> None:
    enabled = environment.read(lambda s: s.backup.velero.enabled)
    if not enabled.value:
        return
    scope, region = stack.component("velero"), environment.read(lambda s: s.aws.region)
    # Velero removes old backups: the lifecycle applies to noncurrent versions only.
    bucket = private_bucket(
        scope,
        "velero",
        environment.names.velero_bucket,
        key=key,
        old_versions_days=30,
        exists=enabled.keys,
    )
    snapshots = template("arn:{}:ec2:{}::snapshot/*", PARTITION, region)
    volumes = template("arn:{}:ec2:{}:{}:volume/*", PARTITION, region, ACCOUNT)
    service_account_role(
        scope,
        environment,
        "velero",
        eks.oidc,
        "velero:velero-server",
        statements=[
            statement(
                "Objects",
                [
                    "s3:AbortMultipartUpload",
                    "s3:DeleteObject",
                    "s3:GetObject",
                    "s3:ListMultipartUploadParts",
                    "s3:PutObject",
                    "s3:PutObjectTagging",
                ],
                [objects(bucket)],
            ),
            statement("Bucket", ["s3:ListBucket"], [bucket.ref("arn")]),
            statement("Key", ["kms:Decrypt", "kms:GenerateDataKey"], [key]),
            statement("FindVolumes", ["ec2:DescribeSnapshots", "ec2:DescribeVolumes"], ["*"]),
            # The EBS CSI driver tags its volumes, and Velero copies a volume's tags to its snapshot.
            statement(
                "SnapshotVolumesOfClusters",
                ["ec2:CreateSnapshot"],
                [volumes],
                condition("StringLike", "aws:ResourceTag/ebs.csi.aws.com/cluster", "*"),
            ),
            statement("MakeSnapshots", ["ec2:CreateSnapshot"], [snapshots]),
            statement("RestoreVolumes", ["ec2:CreateVolume"], [volumes, snapshots]),
            statement(
                "TagWhatItMakes",
                ["ec2:CreateTags"],
                [snapshots, volumes],
                condition("StringEquals", "ec2:CreateAction", "CreateSnapshot", "CreateVolume"),
            ),
            statement(
                "RemoveItsSnapshots",
                ["ec2:DeleteSnapshot"],
                [snapshots],
                condition("StringLike", "aws:ResourceTag/velero.io/backup", "*"),
            ),
        ],
        exists=enabled.keys,
    )
    scope.output("velero_bucket", bucket.ref("id"), "The bucket of Velero's backups", exists=enabled.keys)
