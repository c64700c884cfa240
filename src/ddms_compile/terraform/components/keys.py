"""KMS keys, one per kind of data, so that access is separate."""

from dataclasses import dataclass

from ddms_compile.provenance.traced import NO_KEYS, Keys, Traced
from ddms_compile.resolve import Environment
from ddms_compile.terraform.arguments import Block, block
from ddms_compile.terraform.components.iam import ACCOUNT, PARTITION, condition, policy_document, statement
from ddms_compile.terraform.expression import Expression, template
from ddms_compile.terraform.stack import Scope, Stack
from ddms_compile.tree import TracedTree


@dataclass(frozen=True, slots=True, kw_only=True)
class EncryptionKeys:
    """ARNs of the keys."""

    cluster: Expression
    data: Expression
    logs: Expression


def encryption_keys(stack: Stack, environment: Environment) -> EncryptionKeys:
    """Add the keys of the Secrets in etcd, of the data tier, and of the logs."""
    scope = stack.component("keys")
    region = environment.read(lambda s: s.aws.region)
    logs_may_use = statement(
        "LogsMayEncrypt",
        ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
        ["*"],
        condition(
            "ArnLike",
            "kms:EncryptionContext:aws:logs:arn",
            template("arn:{}:logs:{}:{}:log-group:*", PARTITION, region, ACCOUNT),
        ),
        principals=[block(type="Service", identifiers=[template("logs.{}.amazonaws.com", region)])],
    )
    return EncryptionKeys(
        cluster=encryption_key(scope, environment, "cluster", "Secrets in the cluster's etcd"),
        data=encryption_key(scope, environment, "data", "Database, cache and their secrets"),
        logs=encryption_key(scope, environment, "logs", "Logs in CloudWatch", logs_may_use),
    )


def encryption_key(
    scope: Scope,
    environment: Environment,
    purpose: str,
    description: str,
    *statements: Block | Traced[Block],
    exists: Keys = NO_KEYS,
) -> Expression:
    """Add a key of one environment and return its ARN."""
    alias = environment.names.of(purpose).map(lambda name: f"alias/{name}")
    days = environment.read(lambda s: s.security.key_deletion_days)
    return _key(scope, purpose, alias, description, days, *statements, exists=exists)


def project_key(
    scope: Scope, purpose: str, alias: TracedTree, description: str, *, exists: Keys = NO_KEYS
) -> Expression:
    """Add a project-wide key, with AWS's longest deletion window, and return its ARN."""
    return _key(scope, purpose, alias, description, 30, exists=exists)


def _key(
    scope: Scope,
    purpose: str,
    alias: TracedTree,
    description: str,
    days: TracedTree,
    *statements: Block | Traced[Block],
    exists: Keys,
) -> Expression:
    """Add a key with yearly rotation and an alias. The account's IAM policies grant its use."""
    account_decides = statement(
        "AccountDecides",
        ["kms:*"],
        ["*"],
        principals=[block(type="AWS", identifiers=[template("arn:{}:iam::{}:root", PARTITION, ACCOUNT)])],
    )
    key = scope.resource(
        "aws_kms_key",
        purpose,
        exists=exists,
        description=description,
        enable_key_rotation=True,
        deletion_window_in_days=days,
        policy=policy_document(scope, f"{purpose}_key", account_decides, *statements, exists=exists),
    )
    scope.resource("aws_kms_alias", purpose, exists=exists, name=alias, target_key_id=key.ref("key_id"))
    return key.ref("arn")
