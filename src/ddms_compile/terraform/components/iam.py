"""IAM roles and policies, with permissions as statements instead of JSON strings."""

from collections.abc import Sequence
from dataclasses import dataclass

from ddms_compile.provenance.traced import NO_KEYS, Keys, Traced, text
from ddms_compile.resolve import Environment
from ddms_compile.resolve.github import role_names, uses_roles
from ddms_compile.resolve.roles import partition_of
from ddms_compile.terraform.arguments import Block, block
from ddms_compile.terraform.expression import Expression, expression, reference, template
from ddms_compile.terraform.stack import Handle, Scope
from ddms_compile.tree import TracedTree


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcProvider:
    """The OIDC issuer of the cluster's service accounts."""

    arn: Expression
    issuer: Expression
    """Host and path, without `https://`."""


def statement(
    sid: str, actions: Sequence[str], resources: Sequence[TracedTree], *conditions: Block, **arguments: TracedTree
) -> Block:
    """Return a statement that allows `actions` on `resources`."""
    return block(
        sid=sid,
        effect="Allow",
        actions=sorted(actions),
        resources=list(resources) or None,
        condition=list(conditions) or None,
        **arguments,
    )


def condition(test: str, variable: TracedTree, *values: TracedTree) -> Block:
    """Return a condition of a statement."""
    return block(test=test, variable=variable, values=list(values))


def policy_document(scope: Scope, name: str, *statements: Block | Traced[Block], exists: Keys = NO_KEYS) -> Expression:
    """Return a policy as JSON."""
    return scope.data("aws_iam_policy_document", name, exists=exists, statement=list(statements)).ref("json")


def service_role(
    scope: Scope,
    environment: Environment,
    name: str,
    service: str,
    *managed_policies: str,
    exists: Keys = NO_KEYS,
    conditions: Sequence[Block] = (),
) -> tuple[Handle, list[Handle]]:
    """Return a role that an AWS service assumes, and its attachments of AWS managed policies."""
    trust = policy_document(
        scope,
        f"{name}_trust",
        statement(
            "Assume",
            ["sts:AssumeRole"],
            [],
            *conditions,
            principals=[block(type="Service", identifiers=[service])],
        ),
        exists=exists,
    )
    role = scope.resource(
        "aws_iam_role",
        name,
        exists=exists,
        name=environment.names.of(name.replace("_", "-")),
        assume_role_policy=trust,
        permissions_boundary=_boundary(environment),
    )
    return role, attach(scope, role, name, *managed_policies, exists=exists)


def service_account_role(
    scope: Scope,
    environment: Environment,
    name: str,
    oidc: OidcProvider,
    service_account: str | Traced[str],
    *managed_policies: str,
    statements: Sequence[Block] = (),
    exists: Keys = NO_KEYS,
) -> Handle:
    """Return a role for one service account of the cluster, `namespace:name` (IRSA).

    Conditions on both the subject and the audience, so that tokens of other audiences are rejected.
    """
    trust = policy_document(
        scope,
        f"{name}_trust",
        statement(
            "AssumeFromCluster",
            ["sts:AssumeRoleWithWebIdentity"],
            [],
            condition("StringEquals", template("{}:aud", oidc.issuer), "sts.amazonaws.com"),
            condition(
                "StringEquals", template("{}:sub", oidc.issuer), text("system:serviceaccount:{}", service_account)
            ),
            principals=[block(type="Federated", identifiers=[oidc.arn])],
        ),
        exists=exists,
    )
    role = scope.resource(
        "aws_iam_role",
        name,
        exists=exists,
        name=environment.names.of(name.replace("_", "-")),
        assume_role_policy=trust,
        permissions_boundary=_boundary(environment),
    )
    attach(scope, role, name, *managed_policies, exists=exists)
    if statements:
        inline_policy(scope, role, name, *statements, exists=exists)
    return role


def _boundary(environment: Environment) -> Traced[str] | None:
    """Return the ARN of the environment's permissions boundary, which bootstrap creates with the apply role."""
    used = uses_roles(environment)
    if not used.value:
        return None
    name = role_names(environment.names).boundary
    arn = text("arn:{}:iam::{}:policy/{}", partition_of(environment), environment.names.account, name)
    return arn.because(used.keys)


def inline_policy(
    scope: Scope, role: Handle, name: str, *statements: Block | Traced[Block], exists: Keys = NO_KEYS
) -> Handle:
    """Return an inline policy of the role."""
    return scope.resource(
        "aws_iam_role_policy",
        name,
        exists=exists,
        name=name.replace("_", "-"),
        role=role.ref("id"),
        policy=policy_document(scope, name, *statements, exists=exists),
    )


def attach(scope: Scope, role: Handle, name: str, *managed_policies: str, exists: Keys = NO_KEYS) -> list[Handle]:
    """Attach AWS managed policies, given by name or by path and name, in the partition of the provider."""
    return [
        scope.resource(
            "aws_iam_role_policy_attachment",
            f"{name}_{policy.rpartition('/')[2].lower()}",
            exists=exists,
            role=role.ref("name"),
            policy_arn=template("arn:{}:iam::aws:policy/{}", PARTITION, policy),
        )
        for policy in managed_policies
    ]


PARTITION = reference("data.aws_partition.current", "partition")
ACCOUNT = reference("data.aws_caller_identity.current", "account_id")


def issuer_of(cluster: Handle) -> Expression:
    """Return the issuer of a cluster's tokens without `https://`, for conditions."""
    return expression('replace({}, "https://", "")', cluster.ref("identity[0].oidc[0].issuer"))
