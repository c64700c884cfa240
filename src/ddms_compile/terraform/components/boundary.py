"""The permissions boundary of an environment: the maximum permissions of its apply role and of the roles it creates.

A role that creates roles can escalate its privileges, unless each must have the same boundary (IAM user guide,
"Permissions boundaries for IAM entities").
"""

from collections.abc import Sequence

from ddms_compile.provenance.traced import Traced
from ddms_compile.resolve.accounts import Account, Tenant
from ddms_compile.terraform.arguments import Block, block
from ddms_compile.terraform.components.bucket import objects
from ddms_compile.terraform.components.iam import ACCOUNT, PARTITION, condition, policy_document, statement
from ddms_compile.terraform.components.state_bucket import StateBucket
from ddms_compile.terraform.expression import template
from ddms_compile.terraform.stack import Handle, Scope
from ddms_compile.tree import TracedTree

BOUND_ACTIONS = (
    "iam:AttachRolePolicy",
    "iam:CreateRole",
    "iam:PutRolePermissionsBoundary",
    "iam:PutRolePolicy",
)
"""Actions that grant permissions: only for roles with the boundary."""

ROLE_ACTIONS = (
    "iam:DeleteRole",
    "iam:DeleteRolePolicy",
    "iam:DetachRolePolicy",
    "iam:PassRole",
    "iam:TagRole",
    "iam:UntagRole",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateRole",
    "iam:UpdateRoleDescription",
)
ISSUER_ACTIONS = (
    "iam:AddClientIDToOpenIDConnectProvider",
    "iam:CreateOpenIDConnectProvider",
    "iam:DeleteOpenIDConnectProvider",
    "iam:RemoveClientIDFromOpenIDConnectProvider",
    "iam:TagOpenIDConnectProvider",
    "iam:UntagOpenIDConnectProvider",
    "iam:UpdateOpenIDConnectProviderThumbprint",
)
AUDIT_ACTIONS = (
    "cloudtrail:DeleteTrail",
    "cloudtrail:StopLogging",
    "guardduty:DeleteDetector",
    "guardduty:DisassociateFromAdministratorAccount",
    "guardduty:DisassociateMembers",
    "guardduty:StopMonitoringMembers",
)
BUCKET_ACTIONS = (
    "s3:DeleteBucket",
    "s3:DeleteBucketPolicy",
    "s3:PutBucketPolicy",
    "s3:PutBucketPublicAccessBlock",
    "s3:PutBucketVersioning",
    "s3:PutEncryptionConfiguration",
    "s3:PutLifecycleConfiguration",
)
KEY_ACTIONS = ("kms:DisableKey", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion")


def boundary(scope: Scope, account: Account, tenant: Tenant, buckets: Sequence[StateBucket]) -> Handle:
    """Return the policy, `<prefix>-boundary`."""
    name = f"boundary_{tenant.name.replace('-', '_')}"
    document = policy_document(
        scope,
        name,
        block(
            sid="AllButIdentities",
            effect="Allow",
            not_actions=["account:*", "iam:*", "organizations:*"],
            resources=["*"],
        ),
        *identity_statements(tenant),
        *_denials(account, tenant, buckets),
        exists=tenant.exists,
    )
    return scope.resource(
        "aws_iam_policy",
        name,
        exists=tenant.exists,
        name=tenant.boundary,
        description="Permissions boundary of the environment's roles",
        policy=document,
    )


def identity_statements(tenant: Tenant) -> list[Block]:
    """Return the IAM statements: read all; manage bounded roles of the environment, except the pipeline's."""
    own_roles = template("arn:{}:iam::{}:role/{}-*", PARTITION, ACCOUNT, tenant.prefix)
    pipeline = template("arn:{}:iam::{}:role/{}-github-*", PARTITION, ACCOUNT, tenant.prefix)
    issuers = template("arn:{}:iam::{}:oidc-provider/oidc.eks.*", PARTITION, ACCOUNT)
    linked = template("arn:{}:iam::{}:role/aws-service-role/*", PARTITION, ACCOUNT)
    carried = template("arn:{}:iam::{}:policy/{}", PARTITION, ACCOUNT, tenant.boundary)
    return [
        statement("ReadIam", ["iam:Get*", "iam:List*"], ["*"]),
        statement(
            "BoundRoles", BOUND_ACTIONS, [own_roles], condition("StringEquals", "iam:PermissionsBoundary", carried)
        ),
        statement("OwnRoles", ROLE_ACTIONS, [own_roles]),
        statement("IssuersOfClusters", ISSUER_ACTIONS, [issuers]),
        statement("RolesOfServices", ["iam:CreateServiceLinkedRole"], [linked]),
        block(
            sid="NotThePipelinesOwn",
            effect="Deny",
            actions=sorted({*BOUND_ACTIONS, *ROLE_ACTIONS, "iam:DeleteRolePermissionsBoundary"}),
            resources=[pipeline],
        ),
    ]


def _denials(account: Account, tenant: Tenant, buckets: Sequence[StateBucket]) -> list[Block | Traced[Block]]:
    """Return the denials: resources of bootstrap, audit services, and other environments of the account."""
    held: list[Block | Traced[Block]] = [
        _deny("TheWatchGoesOn", AUDIT_ACTIONS, ["*"]),
        _deny(
            "OtherEnvironments",
            ["*"],
            ["*"],
            condition("StringEquals", "aws:ResourceTag/project", account.project),
            # StringNotEquals also matches resources without the tag.
            condition("Null", "aws:ResourceTag/environment", "false"),
            condition("StringNotEquals", "aws:ResourceTag/environment", Traced(tenant.name, tenant.exists)),
        ),
    ]
    for number, item in enumerate(buckets, start=1):
        foreign = [
            template("{}/{}/{}/*", item.bucket.ref("arn"), account.project, Traced(other.name, other.exists))
            for other in account.tenants
            if other.name != tenant.name
        ]
        bootstrap = template("{}/{}/bootstrap/*", item.bucket.ref("arn"), account.project)
        held += [
            _deny(f"StateBucketStays{number}", BUCKET_ACTIONS, [item.bucket.ref("arn")]),
            _deny(f"OldStatesStay{number}", ["s3:DeleteObjectVersion"], [objects(item.bucket)]),
            _deny(f"OtherStates{number}", ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"], [bootstrap, *foreign]),
        ]
    if buckets:
        held.append(_deny("StateKeyStays", KEY_ACTIONS, [buckets[0].key]))
    return held


def _deny(sid: str, actions: Sequence[str], resources: Sequence[TracedTree], *conditions: Block) -> Block:
    return block(
        sid=sid,
        effect="Deny",
        actions=sorted(actions),
        resources=list(resources),
        condition=list(conditions) or None,
    )
