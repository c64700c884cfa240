"""GitHub's identity provider, and the pipeline's roles: to plan, to push, and to apply and deploy each environment.

No key of AWS is kept on GitHub: a job shows its token, whose subject says which repository, branch or environment it
is for.
"""

from collections.abc import Sequence

from ddms_compile.resolve.accounts import Account, Images, Tenant
from ddms_compile.resolve.github import APPLY_SECONDS, AUDIENCE, ISSUER
from ddms_compile.synthesize.terraform.arguments import Block, block
from ddms_compile.synthesize.terraform.concerns.bucket import objects
from ddms_compile.synthesize.terraform.concerns.iam import (
    ACCOUNT,
    PARTITION,
    attach,
    condition,
    inline_policy,
    policy_document,
    statement,
)
from ddms_compile.synthesize.terraform.concerns.registry import PULL
from ddms_compile.synthesize.terraform.concerns.state_bucket import StateBucket
from ddms_compile.synthesize.terraform.expression import Expression, template
from ddms_compile.synthesize.terraform.stack import Handle, Scope, Stack
from ddms_compile.traced import NO_KEYS, Keys, Traced, text

PUSH = (
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:CompleteLayerUpload",
    "ecr:DescribeImages",
    "ecr:InitiateLayerUpload",
    "ecr:PutImage",
    "ecr:UploadLayerPart",
)


def github(stack: Stack, account: Account, buckets: Sequence[StateBucket], images: Sequence[Expression]) -> None:
    """The provider when there is a role, and the roles."""
    tenants = [tenant for tenant in account.tenants if tenant.roles]
    push = account.images if account.images is not None and account.images.roles.value else None
    if not tenants and push is None:
        return
    scope = stack.concern("github")
    of_tenants = NO_KEYS.union(*(tenant.exists for tenant in tenants))
    exists = of_tenants if push is None else push.roles.keys
    provider = _provider(stack, scope, account, exists)
    if tenants:
        _plan(scope, account, provider, buckets, of_tenants)
    for tenant in tenants:
        _apply(scope, provider, tenant)
        _deploy(scope, account, provider, tenant)
    if push is not None:
        _push(scope, push, provider, images)


def _provider(stack: Stack, scope: Scope, account: Account, exists: Keys) -> Handle:
    """The identity provider of GitHub, of which an account can have one: created, taken over, or looked up."""
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
) -> Handle:
    """A role that the pipeline may take on, for at most `seconds`, or an hour."""
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
    )
    scope.output(f"{name}_role", role.ref("arn"), f"Role of the pipeline: {name.replace('_', ' ')}", exists=exists)
    return role


def _plan(scope: Scope, account: Account, provider: Handle, buckets: Sequence[StateBucket], exists: Keys) -> None:
    """Reads the account and its states, and holds the lock while it does; nothing in the cluster.

    Of secrets only those that Terraform writes: the provider reads them when it refreshes, and forgets them
    (https://github.com/hashicorp/terraform-provider-aws/issues/42383, mended in releases after 6.25.0).
    """
    role = _role(scope, "plan", account.plan_role, account.plan_subjects, provider, exists)
    attach(scope, role, "plan", "ReadOnlyAccess", exists=exists)
    statements: list[Block | Traced[Block]] = []
    for number, item in enumerate(buckets, start=1):
        locks = template("{}/{}/*.tflock", item.bucket.ref("arn"), account.project)
        statements += [
            statement(f"FindStates{number}", ["s3:ListBucket"], [item.bucket.ref("arn")]),
            statement(f"ReadStates{number}", ["s3:GetObject"], [objects(item.bucket)]),
            statement(f"LockStates{number}", ["s3:DeleteObject", "s3:PutObject"], [locks]),
        ]
    if buckets:
        statements.append(statement("UseTheKey", ["kms:Decrypt", "kms:GenerateDataKey"], [buckets[0].key]))
    statements += _read_written(account)
    if statements:
        inline_policy(scope, role, "plan", *statements, exists=exists)


def _read_written(account: Account) -> list[Block | Traced[Block]]:
    """Two statements for all environments of the account, since an inline policy may have 10,240 characters."""
    tenants = [tenant for tenant in account.tenants if tenant.roles]
    entries = [
        text("arn:{}:secretsmanager:*:{}:secret:{}/{}-??????", account.partition, account.number, tenant.entries, name)
        for tenant in tenants
        for name in tenant.written.value
    ]
    aliases = [text("alias/{}-data", tenant.prefix) for tenant in tenants if tenant.written.value]
    why = NO_KEYS.union(*(tenant.written.keys | tenant.exists for tenant in tenants))
    if not entries:
        return []
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
                block(test="ForAnyValue:StringEquals", variable="kms:ResourceAliases", values=_all(aliases, why)),
                condition("StringLike", "kms:ViaService", "secretsmanager.*.amazonaws.com"),
            ),
            why,
        ),
    ]


def _all(values: Sequence[Traced[str]], keys: Keys) -> Traced[list[str]]:
    """One list, in which each place depends on all."""
    return Traced([value.value for value in values], keys.union(*(value.keys for value in values)))


def _apply(scope: Scope, provider: Handle, tenant: Tenant) -> None:
    """Everything but people and organisations; of IAM, what carries the environment's prefix, and not these roles."""
    name = f"apply_{tenant.name.replace('-', '_')}"
    role = _role(scope, name, tenant.apply_role, tenant.subjects, provider, tenant.exists, seconds=APPLY_SECONDS)
    attach(scope, role, name, "PowerUserAccess", exists=tenant.exists)
    own_roles = template("arn:{}:iam::{}:role/{}-*", PARTITION, ACCOUNT, tenant.prefix)
    pipeline = template("arn:{}:iam::{}:role/{}-github-*", PARTITION, ACCOUNT, tenant.prefix)
    issuers = template("arn:{}:iam::{}:oidc-provider/oidc.eks.*", PARTITION, ACCOUNT)
    linked = template("arn:{}:iam::{}:role/aws-service-role/*", PARTITION, ACCOUNT)
    inline_policy(
        scope,
        role,
        name,
        statement("ReadIam", ["iam:Get*", "iam:List*"], ["*"]),
        statement("OwnRoles", _ROLE_ACTIONS, [own_roles]),
        statement("IssuersOfClusters", _ISSUER_ACTIONS, [issuers]),
        statement("RolesOfServices", ["iam:CreateServiceLinkedRole"], [linked]),
        block(sid="NotThePipelinesOwn", effect="Deny", actions=sorted(_ROLE_ACTIONS), resources=[pipeline]),
        exists=tenant.exists,
    )


_ROLE_ACTIONS = (
    "iam:AttachRolePolicy",
    "iam:CreateRole",
    "iam:DeleteRole",
    "iam:DeleteRolePolicy",
    "iam:DetachRolePolicy",
    "iam:PassRole",
    "iam:PutRolePolicy",
    "iam:TagRole",
    "iam:UntagRole",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateRole",
    "iam:UpdateRoleDescription",
)
_ISSUER_ACTIONS = (
    "iam:AddClientIDToOpenIDConnectProvider",
    "iam:CreateOpenIDConnectProvider",
    "iam:DeleteOpenIDConnectProvider",
    "iam:RemoveClientIDFromOpenIDConnectProvider",
    "iam:TagOpenIDConnectProvider",
    "iam:UntagOpenIDConnectProvider",
    "iam:UpdateOpenIDConnectProviderThumbprint",
)


def _deploy(scope: Scope, account: Account, provider: Handle, tenant: Tenant) -> None:
    """Finds the cluster, and reads the entries that it carries into it; what it may do there, its access entry says."""
    name = f"deploy_{tenant.name.replace('-', '_')}"
    role = _role(scope, name, tenant.deploy_role, tenant.subjects, provider, tenant.exists)
    cluster = text("arn:{}:eks:*:{}:cluster/{}", account.partition, account.number, tenant.prefix)
    statements: list[Block | Traced[Block]] = [statement("FindTheCluster", ["eks:DescribeCluster"], [cluster])]
    if tenant.carries_secrets:
        statements += [Traced(item, tenant.carried) for item in _read_entries(account, tenant)]
    inline_policy(scope, role, name, *statements, exists=tenant.exists)


def _read_entries(account: Account, tenant: Tenant) -> list[Block]:
    """The environment's entries and the one that RDS made for its database; the key only to open these."""
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
            condition("StringLike", "kms:ViaService", "secretsmanager.*.amazonaws.com"),
        ),
    ]


def _push(scope: Scope, images: Images, provider: Handle, repositories: Sequence[Expression]) -> None:
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
