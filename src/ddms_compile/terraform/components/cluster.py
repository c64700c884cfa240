"""EKS: the control plane, its administrators, and the OIDC issuer of its service accounts."""

from dataclasses import dataclass

from ddms_compile.provenance.traced import Traced
from ddms_compile.resolve import Environment
from ddms_compile.terraform.arguments import block
from ddms_compile.terraform.components.iam import (
    PARTITION,
    OidcProvider,
    inline_policy,
    issuer_of,
    service_role,
)
from ddms_compile.terraform.components.network import NetworkHandles
from ddms_compile.terraform.expression import Expression, template
from ddms_compile.terraform.stack import Handle, Scope, Stack

CLUSTER_ZONES = 2
"""Zones in which EKS connects the control plane to the VPC: as many as it needs, and every environment has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterHandles:
    """Handles of the cluster for other components."""

    cluster: Handle
    oidc: OidcProvider
    security_group: Expression
    """The cluster security group, created by EKS, between control plane and nodes."""


def cluster(
    stack: Stack, environment: Environment, net: NetworkHandles, *, secrets_key: Expression, logs_key: Expression
) -> ClusterHandles:
    """Add the control plane and return its handles."""
    scope, names, read = stack.component("cluster"), environment.names, environment.read
    # Created before the cluster: else EKS creates it, without retention and key.
    logs = scope.resource(
        "aws_cloudwatch_log_group",
        "cluster",
        name=names.cluster.map(lambda name: f"/aws/eks/{name}/cluster"),
        retention_in_days=read(lambda s: s.cluster.log_retention_days),
        kms_key_id=logs_key,
    )
    role, attached = service_role(scope, environment, "cluster", "eks.amazonaws.com", "AmazonEKSClusterPolicy")
    # EKS logs after the group is destroyed, which creates it again: then the next apply fails on the existing name
    # (https://github.com/terraform-aws-modules/terraform-aws-eks/issues/920).
    no_group = inline_policy(
        scope,
        role,
        "cluster",
        block(sid="LogGroupIsOurs", effect="Deny", actions=["logs:CreateLogGroup"], resources=["*"]),
    )
    public = read(lambda s: s.cluster.endpoint.public)
    eks = scope.resource(
        "aws_eks_cluster",
        "main",
        name=names.cluster,
        version=read(lambda s: s.cluster.version),
        role_arn=role.ref("arn"),
        bootstrap_self_managed_addons=False,
        # One key for both: an environment with a deletable database has a deletable cluster.
        deletion_protection=read(lambda s: s.postgres.deletion_protection),
        enabled_cluster_log_types=read(lambda s: sorted(set(s.cluster.logs))),
        # Access entries only: the creator of the cluster gets no implicit access.
        access_config=block(authentication_mode="API", bootstrap_cluster_creator_admin_permissions=False),
        encryption_config=block(provider=block(key_arn=secrets_key), resources=["secrets"]),
        upgrade_policy=block(support_type=read(lambda s: s.cluster.support.upper())),
        vpc_config=block(
            # EKS takes no subnet in another zone than those that the cluster was created in (EKS user guide, "VPC and
            # subnet requirements"): with these two, zones come and go, and nodes run in any subnet of the VPC.
            subnet_ids=net.private_subnets[:CLUSTER_ZONES],
            endpoint_private_access=True,
            endpoint_public_access=public,
            public_access_cidrs=(
                read(lambda s: sorted(set(s.cluster.endpoint.public_cidrs))).because(public.keys)
                if public.value
                else None
            ),
        ),
        depends_on=[logs, no_group, *attached],
    )
    _admins(scope, environment, eks)
    oidc = _oidc_provider(scope, eks)
    scope.output("cluster_name", eks.ref("name"), "The EKS cluster")
    scope.output("oidc_provider_arn", oidc.arn, "Issuer of the cluster's service accounts, for IRSA")
    return ClusterHandles(cluster=eks, oidc=oidc, security_group=eks.ref("vpc_config[0].cluster_security_group_id"))


def _oidc_provider(scope: Scope, eks: Handle) -> OidcProvider:
    provider = scope.resource(
        "aws_iam_openid_connect_provider",
        "cluster",
        url=eks.ref("identity[0].oidc[0].issuer"),
        client_id_list=["sts.amazonaws.com"],
    )
    return OidcProvider(arn=provider.ref("arn"), issuer=issuer_of(eks))


def _admins(scope: Scope, environment: Environment, eks: Handle) -> None:
    admins = environment.read(lambda s: s.cluster.admins)
    for principal in sorted(set(admins.value)):
        # The address follows from the ARN, so that it does not depend on the list's order.
        name = "admin_" + "".join(c if c.isalnum() else "_" for c in principal.partition(":iam::")[2])
        arn = Traced(principal, admins.keys)
        entry = scope.resource(
            "aws_eks_access_entry", name, exists=admins.keys, cluster_name=eks.ref("name"), principal_arn=arn
        )
        scope.resource(
            "aws_eks_access_policy_association",
            name,
            exists=admins.keys,
            cluster_name=eks.ref("name"),
            principal_arn=entry.ref("principal_arn"),
            policy_arn=template("arn:{}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy", PARTITION),
            access_scope=block(type="cluster"),
        )
