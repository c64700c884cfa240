"""A private bucket: versioned, encrypted, with TLS only."""

from collections.abc import Sequence

from ddms_compile.provenance.traced import NO_KEYS, Keys
from ddms_compile.terraform.arguments import Block, block
from ddms_compile.terraform.components.iam import condition, policy_document
from ddms_compile.terraform.expression import Expression, template
from ddms_compile.terraform.stack import Handle, Scope
from ddms_compile.tree import TracedTable, TracedTree

ABORT_DAYS = 7
"""Days after which incomplete multipart uploads are removed."""


def private_bucket(
    scope: Scope,
    name: str,
    bucket_name: TracedTree,
    *,
    key: Expression,
    old_versions_days: int,
    statements: Sequence[Block] = (),
    expire_days: TracedTree = None,
    exists: Keys = NO_KEYS,
) -> Handle:
    """Return a bucket with its settings. `statements`: further statements of its policy.

    `old_versions_days`: days that noncurrent versions are kept. `expire_days`: days until an object expires; None:
    never.
    """
    bucket = scope.resource("aws_s3_bucket", name, exists=exists, bucket=bucket_name, force_destroy=False)
    parts: dict[str, TracedTable] = {
        "aws_s3_bucket_versioning": {"versioning_configuration": block(status="Enabled")},
        "aws_s3_bucket_server_side_encryption_configuration": {
            "rule": [
                block(
                    apply_server_side_encryption_by_default=block(kms_master_key_id=key, sse_algorithm="aws:kms"),
                    bucket_key_enabled=True,
                )
            ]
        },
        "aws_s3_bucket_ownership_controls": {"rule": block(object_ownership="BucketOwnerEnforced")},
        "aws_s3_bucket_public_access_block": {
            "block_public_acls": True,
            "block_public_policy": True,
            "ignore_public_acls": True,
            "restrict_public_buckets": True,
        },
        "aws_s3_bucket_lifecycle_configuration": {"rule": _lifecycle(old_versions_days, expire_days)},
        "aws_s3_bucket_policy": {
            "policy": policy_document(scope, f"{name}_bucket", _tls_only(bucket), *statements, exists=exists)
        },
    }
    for kind, arguments in parts.items():
        scope.resource(kind, name, arguments, exists=exists, bucket=bucket.ref("id"))
    return bucket


def objects(bucket: Handle) -> Expression:
    """Return the ARN pattern of all objects of the bucket."""
    return template("{}/*", bucket.ref("arn"))


def _tls_only(bucket: Handle) -> Block:
    return block(
        sid="TlsOnly",
        effect="Deny",
        actions=["s3:*"],
        resources=[bucket.ref("arn"), objects(bucket)],
        principals=[block(type="*", identifiers=["*"])],
        condition=[condition("Bool", "aws:SecureTransport", "false")],
    )


def _lifecycle(old_versions_days: int, expire_days: TracedTree) -> list[Block]:
    """Return the lifecycle rules. The provider requires a `filter`; an empty prefix is the whole bucket."""
    rule = block(
        id="tidy",
        status="Enabled",
        filter=[block(prefix="")],
        abort_incomplete_multipart_upload=[block(days_after_initiation=ABORT_DAYS)],
        noncurrent_version_expiration=[block(noncurrent_days=old_versions_days)],
        expiration=[block(days=expire_days)] if expire_days is not None else None,
    )
    return [rule]
