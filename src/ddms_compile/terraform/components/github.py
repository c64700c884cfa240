"""GitHub's OIDC provider, and the pipeline's roles: plan, push, apply and deploy.

GitHub holds no access key of AWS: a job presents an OIDC token, whose subject claim has the repository, and the branch
or environment.
"""

from collections.abc import Sequence

from ddms_compile.provenance.traced import NO_KEYS, Keys, Traced, text
from ddms_compile.resolve.accounts import Account, ProjectRegistry, Tenant, bucket_name
from ddms_compile.resolve.github import APPLY_SECONDS, AUDIENCE, ISSUER
from ddms_compile.terraform.arguments import Block, block
from ddms_compile.terraform.components.boundary import boundary, identity_statements
from ddms_compile.terraform.components.iam import (
    ACCOUNT,
    PARTITION,
    attach,
    condition,
    inline_policy,
    policy_document,
    statement,
)
from ddms_compile.terraform.components.registry import PULL
from ddms_compile.terraform.components.state_bucket import StateBucket
from ddms_compile.terraform.expression import Expression, template
from ddms_compile.terraform.stack import Handle, Scope, Stack

PUSH = (
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:CompleteLayerUpload",
    "ecr:DescribeImageScanFindings",
    "ecr:DescribeImages",
    "ecr:InitiateLayerUpload",
    "ecr:PutImage",
    "ecr:UploadLayerPart",
)


def github(stack: Stack, account: Account, buckets: Sequence[StateBucket], images: Sequence[Expression]) -> None:
    """Add the roles, and the provider if there is a role."""
    tenants = [tenant for tenant in account.tenants if tenant.roles]
    push = account.images if account.images is not None and account.images.roles.value else None
    if not tenants and push is None:
        return
    scope = stack.component("github")
    of_tenants = NO_KEYS.union(*(tenant.exists for tenant in tenants))
    exists = of_tenants if push is None else push.roles.keys
    provider = _provider(stack, scope, account, exists)
    for tenant in tenants:
        _plan(scope, account, provider, buckets, tenant)
        _apply(scope, provider, tenant, boundary(scope, account, tenant, buckets))
        _deploy(scope, account, provider, tenant)
    if push is not None:
        _push(scope, push, provider, images)


def _provider(stack: Stack, scope: Scope, account: Account, exists: Keys) -> Handle:
    """Return GitHub's OIDC provider, of which an account can have one: created, imported, or looked up."""
    mode = account.existing.github_oidc
    exists |= mode.keys
    if mode.value == "reuse":
        return scope.data("aws_iam_openid_connect_provider", "github", exists=exists, url=f"https://{ISSUER}")
    provider = scope.resource(
        "aws_iam_openid_connect_provider",
        "github",
        exists=exists,
        url=f"https://{ISSUER}",
        client_id_list=[AUDIENCE],
    )
    if mode.value == "import":
        stack.adopt(provider, template("arn:{}:iam::{}:oidc-provider/{}", PARTITION, ACCOUNT, ISSUER), exists)
    return provider


def _role(
    scope: Scope,
    name: str,
    role_name: Traced[str],
    subjects: Traced[list[str]],
    provider: Handle,
    exists: Keys,
    *,
    seconds: int | None = None,
    limit: Handle | None = None,
) -> Handle:
    """Return a role for the pipeline, with sessions of `seconds`, or an hour; `limit`: its permissions boundary."""
    trust = policy_document(
        scope,
        f"{name}_trust",
        statement(
            "AssumeFromGitHub",
            ["sts:AssumeRoleWithWebIdentity"],
            [],
            condition("StringEquals", f"{ISSUER}:aud", AUDIENCE),
            block(test="StringEquals", variable=f"{ISSUER}:sub", values=subjects),
            principals=[block(type="Federated", identifiers=[provider.ref("arn")])],
        ),
        exists=exists,
    )
    role = scope.resource(
        "aws_iam_role",
        name,
        exists=exists,
        name=role_name,
        assume_role_policy=trust,
        max_session_duration=seconds,
        permissions_boundary=None if limit is None else limit.ref("arn"),
    )
    scope.output(f"{name}_role", role.ref("arn"), f"Role of the pipeline: {name.replace('_', ' ')}", exists=exists)
    return role


READ = (
    "backup:Describe*",
    "backup:Get*",
    "backup:List*",
    "cloudtrail:Describe*",
    "cloudtrail:Get*",
    "cloudtrail:List*",
    "ec2:Describe*",
    "eks:Describe*",
    "eks:List*",
    "elasticache:Describe*",
    "elasticache:List*",
    "guardduty:Get*",
    "guardduty:List*",
    "iam:Get*",
    "iam:List*",
    "kms:DescribeKey",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:List*",
    "logs:DescribeLogGroups",
    "logs:ListTags*",
    "rds:Describe*",
    "rds:ListTagsForResource",
    "route53:Get*",
    "route53:List*",
    "secretsmanager:DescribeSecret",
    "secretsmanager:GetResourcePolicy",
)
"""Actions of a refresh: read configuration, not data."""

READ_BUCKET = (
    "s3:GetAccelerateConfiguration",
    "s3:GetBucket*",
    "s3:GetEncryptionConfiguration",
    "s3:GetLifecycleConfiguration",
    "s3:GetReplicationConfiguration",
    "s3:ListBucket",
)


def _plan(scope: Scope, account: Account, provider: Handle, buckets: Sequence[StateBucket], tenant: Tenant) -> None:
    """Add the plan role, which reads the environment's configuration and states; it writes nothing and takes no lock.

    With `deploy.plan_on = "pull-request"` everyone who can push a branch can use this role (ADR 31). It reads the
    secrets that Terraform writes, because the provider reads them in a refresh
    (https://github.com/hashicorp/terraform-provider-aws/issues/42383).
    """
    name = f"plan_{tenant.name.replace('-', '_')}"
    role = _role(scope, name, tenant.plan_role, tenant.plan_subjects, provider, tenant.exists)
    own = template("arn:{}:s3:::{}-*", PARTITION, tenant.prefix)
    statements: list[Block | Traced[Block]] = [
        statement("ReadHowThingsAreSetUp", READ, ["*"]),
        statement("ReadHowBucketsAreSetUp", READ_BUCKET, [own]),
    ]
    for item in buckets:
        if tenant.state_bucket is not None and item.name == bucket_name(tenant.state_bucket.value):
            states = template("{}/{}/{}/*", item.bucket.ref("arn"), account.project, Traced(tenant.name, tenant.exists))
            statements += [
                statement("FindStates", ["s3:ListBucket"], [item.bucket.ref("arn")]),
                statement("ReadStates", ["s3:GetObject"], [states]),
                statement("OpenStates", ["kms:Decrypt"], [item.key]),
            ]
    statements += _read_written(account, tenant)
    inline_policy(scope, role, name, *statements, exists=tenant.exists)


def _read_written(account: Account, tenant: Tenant) -> list[Block | Traced[Block]]:
    entries = [
        text("arn:{}:secretsmanager:*:{}:secret:{}/{}-??????", account.partition, account.number, tenant.entries, name)
        for name in tenant.written.value
    ]
    if not entries:
        return []
    why = tenant.written.keys
    return [
        Traced(
            block(
                sid="RefreshWrittenEntries",
                effect="Allow",
                actions=["secretsmanager:GetSecretValue"],
                resources=_all(entries, why),
            ),
            why,
        ),
        Traced(
            statement(
                "OpenThem",
                ["kms:Decrypt"],
                [text("arn:{}:kms:*:{}:key/*", account.partition, account.number)],
                condition("ForAnyValue:StringEquals", "kms:ResourceAliases", text("alias/{}-data", tenant.prefix)),
                condition("StringLike", "kms:ViaService", "secretsmanager.*.amazonaws.com*"),
            ),
            why,
        ),
    ]


def _all(values: Sequence[Traced[str]], keys: Keys) -> Traced[list[str]]:
    """Return one list, in which each position depends on all keys."""
    return Traced([value.value for value in values], keys.union(*(value.keys for value in values)))


def _apply(scope: Scope, provider: Handle, tenant: Tenant, limit: Handle) -> None:
    """Add the apply role: all services but IAM users and Organizations, within the environment's boundary."""
    name = f"apply_{tenant.name.replace('-', '_')}"
    role = _role(
        scope, name, tenant.apply_role, tenant.subjects, provider, tenant.exists, seconds=APPLY_SECONDS, limit=limit
    )
    attach(scope, role, name, "PowerUserAccess", exists=tenant.exists)
    inline_policy(scope, role, name, *identity_statements(tenant), exists=tenant.exists)


def _deploy(scope: Scope, account: Account, provider: Handle, tenant: Tenant) -> None:
    """Add the deploy role: it finds the cluster and reads its secrets; the EKS access entry grants the rest."""
    name = f"deploy_{tenant.name.replace('-', '_')}"
    role = _role(scope, name, tenant.deploy_role, tenant.subjects, provider, tenant.exists)
    cluster = text("arn:{}:eks:*:{}:cluster/{}", account.partition, account.number, tenant.prefix)
    statements: list[Block | Traced[Block]] = [statement("FindTheCluster", ["eks:DescribeCluster"], [cluster])]
    if tenant.carries_secrets:
        statements += [Traced(item, tenant.carried) for item in _read_entries(account, tenant)]
    inline_policy(scope, role, name, *statements, exists=tenant.exists)


def _read_entries(account: Account, tenant: Tenant) -> list[Block]:
    """Return statements to read the environment's entries and RDS's own, and to decrypt these with the key."""
    secrets = text("arn:{}:secretsmanager:*:{}:secret:", account.partition, account.number)
    database = text("arn:{}:rds:*:{}:db:{}-postgres", account.partition, account.number, tenant.prefix)
    return [
        statement("ReadEntries", ["secretsmanager:GetSecretValue"], [text("{}{}/*", secrets, tenant.entries)]),
        statement(
            "ReadTheDatabasesEntry",
            ["secretsmanager:GetSecretValue"],
            [text("{}rds!db-*", secrets)],
            condition("ArnLike", "secretsmanager:ResourceTag/aws:rds:primaryDBInstanceArn", database),
        ),
        statement(
            "OpenThem",
            ["kms:Decrypt"],
            [text("arn:{}:kms:*:{}:key/*", account.partition, account.number)],
            condition("ForAnyValue:StringEquals", "kms:ResourceAliases", text("alias/{}-data", tenant.prefix)),
            condition("StringLike", "kms:ViaService", "secretsmanager.*.amazonaws.com*"),
        ),
    ]


def _push(scope: Scope, images: ProjectRegistry, provider: Handle, repositories: Sequence[Expression]) -> None:
    exists = images.roles.keys
    role = _role(scope, "push", images.push_role, images.subjects, provider, exists)
    inline_policy(
        scope,
        role,
        "push",
        statement("LogIn", ["ecr:GetAuthorizationToken"], ["*"]),
        statement("Push", sorted({*PULL, *PUSH}), list(repositories)),
        exists=exists,
    )
