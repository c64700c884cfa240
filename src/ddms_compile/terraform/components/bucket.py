"""A bucket that nobody outside sees: versioned, encrypted, reached over TLS only."""

from collections.abc import Sequence

from ddms_compile.provenance.traced import NO_KEYS, Keys
from ddms_compile.terraform.arguments import Block, block
from ddms_compile.terraform.components.iam import condition, policy_document
from ddms_compile.terraform.expression import Expression, template
from ddms_compile.terraform.stack import Handle, Scope
from ddms_compile.tree import TracedTable, TracedTree

ABORT_DAYS = 7
"""Days after which the parts of an upload that was never finished are removed."""


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
    """The bucket with everything that belongs to it. `statements`: who else may do what, beside IAM in the account.

    `old_versions_days`: how long a version that was overwritten or deleted can be brought back. `expire_days`: after
    how many days an object goes; None: never.
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
    """All objects of the bucket, as a resource of a statement."""
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
    """`filter` with an empty prefix is the whole bucket; the provider wants one in every rule."""
    rule = block(
        id="tidy",
        status="Enabled",
        filter=[block(prefix="")],
        abort_incomplete_multipart_upload=[block(days_after_initiation=ABORT_DAYS)],
        noncurrent_version_expiration=[block(noncurrent_days=old_versions_days)],
        expiration=[block(days=expire_days)] if expire_days is not None else None,
    )
    return [rule]
