"""Audit of the account: GuardDuty, and a CloudTrail trail of all API calls. Both are optional."""

from ddms_compile.resolve import Environment
from ddms_compile.terraform.arguments import block
from ddms_compile.terraform.components.bucket import private_bucket
from ddms_compile.terraform.components.iam import (
    ACCOUNT,
    PARTITION,
    condition,
    inline_policy,
    service_role,
    statement,
)
from ddms_compile.terraform.components.keys import encryption_key
from ddms_compile.terraform.expression import Expression, template
from ddms_compile.terraform.stack import Handle, Stack

FEATURES = ("EKS_AUDIT_LOGS", "RDS_LOGIN_EVENTS", "S3_DATA_EVENTS")
"""Protection plans beside the foundational data sources (GuardDuty API, DetectorFeatureConfiguration)."""

_SERVICE = "cloudtrail.amazonaws.com"


def enable_audit(stack: Stack, environment: Environment, logs_key: Expression) -> None:
    """Add GuardDuty and the trail, each if the data enable it."""
    _guardduty(stack, environment)
    _trail(stack, environment, logs_key)


def _guardduty(stack: Stack, environment: Environment) -> None:
    enabled = environment.read(lambda s: s.security.guardduty)
    if not enabled.value:
        return
    scope, mode = stack.component("guardduty"), environment.read(lambda s: s.aws.existing.guardduty)
    if mode.value != "create":
        # Without an ID the data source finds the region's detector; the plan fails without one.
        found = scope.data("aws_guardduty_detector", "existing", exists=enabled.keys | mode.keys)
    if mode.value == "reuse":
        return
    exists = enabled.keys | mode.keys
    detector = scope.resource(
        "aws_guardduty_detector",
        "main",
        exists=exists,
        enable=True,
        finding_publishing_frequency="FIFTEEN_MINUTES",
    )
    if mode.value == "import":
        stack.adopt(detector, found.ref("id"), exists)
    for feature in FEATURES:
        scope.resource(
            "aws_guardduty_detector_feature",
            feature.lower(),
            exists=exists,
            detector_id=detector.ref("id"),
            name=feature,
            status="ENABLED",
        )


def _trail(stack: Stack, environment: Environment, logs_key: Expression) -> None:
    """Add a trail of all regions with log file validation, which reveals changes in its bucket."""
    enabled = environment.read(lambda s: s.security.cloudtrail)
    if not enabled.value:
        return
    scope, names, read = stack.component("cloudtrail"), environment.names, environment.read
    trail_arn = template(
        "arn:{}:cloudtrail:{}:{}:trail/{}", PARTITION, read(lambda s: s.aws.region), ACCOUNT, names.of("trail")
    )
    from_trail = condition("StringEquals", "aws:SourceArn", trail_arn)
    service = [block(type="Service", identifiers=[_SERVICE])]
    key = encryption_key(
        scope,
        environment,
        "trail",
        "Records of the account's API calls",
        statement("TrailMayEncrypt", ["kms:GenerateDataKey*"], ["*"], from_trail, principals=service),
        statement("TrailMayDescribe", ["kms:DescribeKey"], ["*"], principals=service),
        exists=enabled.keys,
    )
    # The policy has the bucket's name, since a reference would be a cycle.
    bucket_arn = template("arn:{}:s3:::{}", PARTITION, names.trail_bucket)
    bucket = private_bucket(
        scope,
        "trail",
        names.trail_bucket,
        key=key,
        old_versions_days=365,
        expire_days=365,
        statements=[
            statement("TrailMayLook", ["s3:GetBucketAcl"], [bucket_arn], from_trail, principals=service),
            statement(
                "TrailMayWrite",
                ["s3:PutObject"],
                [template("{}/AWSLogs/{}/*", bucket_arn, ACCOUNT)],
                from_trail,
                condition("StringEquals", "s3:x-amz-acl", "bucket-owner-full-control"),
                principals=service,
            ),
        ],
        exists=enabled.keys,
    )
    logs = scope.resource(
        "aws_cloudwatch_log_group",
        "trail",
        exists=enabled.keys,
        name=names.log_group("trail"),
        retention_in_days=read(lambda s: s.cluster.log_retention_days),
        kms_key_id=logs_key,
    )
    role, _ = service_role(scope, environment, "trail", _SERVICE, exists=enabled.keys)
    streams = template("{}:*", logs.ref("arn"))
    may_write = statement("WriteRecords", ["logs:CreateLogStream", "logs:PutLogEvents"], [streams])
    inline_policy(scope, role, "trail", may_write, exists=enabled.keys)
    scope.resource(
        "aws_cloudtrail",
        "main",
        exists=enabled.keys,
        name=names.of("trail"),
        s3_bucket_name=bucket.ref("id"),
        kms_key_id=key,
        cloud_watch_logs_group_arn=streams,
        cloud_watch_logs_role_arn=role.ref("arn"),
        enable_log_file_validation=True,
        include_global_service_events=True,
        is_multi_region_trail=True,
        # CloudTrail checks the bucket when the trail is created.
        depends_on=[Handle("aws_s3_bucket_policy.trail")],
    )
