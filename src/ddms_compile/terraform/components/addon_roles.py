"""IAM roles of the add-ons' service accounts, with least privilege."""

from ddms_compile.catalog.iam import load_balancer_controller_policy
from ddms_compile.provenance.traced import text
from ddms_compile.resolve import Environment
from ddms_compile.terraform.arguments import Block
from ddms_compile.terraform.components.cluster import ClusterHandles
from ddms_compile.terraform.components.iam import (
    PARTITION,
    condition,
    service_account_role,
    statement,
)
from ddms_compile.terraform.components.network import NetworkHandles
from ddms_compile.terraform.expression import template
from ddms_compile.terraform.stack import Stack
from ddms_compile.tree import Document


def addon_roles(stack: Stack, environment: Environment, net: NetworkHandles, eks: ClusterHandles) -> None:
    """Add the roles that the stack `platform` sets in its service accounts. Velero's is with its bucket."""
    _load_balancer_controller(stack, environment, net, eks)
    _external_dns(stack, environment, eks)
    _cert_manager(stack, environment, eks)
    _cluster_autoscaler(stack, environment, eks)


def _load_balancer_controller(stack: Stack, environment: Environment, net: NetworkHandles, eks: ClusterHandles) -> None:
    scope = stack.component("load_balancer_controller")
    service_account_role(
        scope,
        environment,
        "aws_load_balancer_controller",
        eks.oidc,
        "kube-system:aws-load-balancer-controller",
        statements=[
            _statement(number, item, net)
            for number, item in enumerate(load_balancer_controller_policy()["Statement"], start=1)
        ],
    )


def _statement(number: int, item: Document, net: NetworkHandles) -> Block:
    """Return a statement of the controller's published policy, in the partition of the provider.

    The statement about rules of any security group is limited to this VPC, as the controller's guide advises.
    """
    conditions = [
        condition(test, variable, *([values] if isinstance(values, str) else values))
        for test, pairs in item.get("Condition", {}).items()
        for variable, values in pairs.items()
    ]
    if not conditions and "ec2:AuthorizeSecurityGroupIngress" in item["Action"]:
        conditions = [condition("ArnEquals", "ec2:Vpc", net.vpc.ref("arn"))]
    resources = [item["Resource"]] if isinstance(item["Resource"], str) else item["Resource"]
    return statement(
        f"Upstream{number}",
        item["Action"],
        [
            template("arn:{}:" + arn.removeprefix("arn:aws:"), PARTITION) if arn.startswith("arn:aws:") else arn
            for arn in resources
        ],
        *conditions,
    )


def _external_dns(stack: Stack, environment: Environment, eks: ClusterHandles) -> None:
    enabled = environment.read(lambda s: s.edge.external_dns.enabled)
    if not enabled.value:
        return
    scope = stack.component("external_dns")
    zone = scope.data(
        "aws_route53_zone", "public", exists=enabled.keys, name=environment.hosts.zone, private_zone=False
    )
    root = environment.read(lambda s: s.dns.root_domain)
    service_account_role(
        scope,
        environment,
        "external_dns",
        eks.oidc,
        "external-dns:external-dns",
        statements=[
            statement(
                "ChangeRecordsUnderTheRootDomain",
                ["route53:ChangeResourceRecordSets"],
                [zone.ref("arn")],
                # A hosted zone may be shared: exclude the names of other environments.
                condition(
                    "ForAllValues:StringLike",
                    "route53:ChangeResourceRecordSetsNormalizedRecordNames",
                    root,
                    text("*.{}", root),
                ),
            ),
            statement(
                "ReadRecords",
                ["route53:ListResourceRecordSets", "route53:ListTagsForResource", "route53:ListTagsForResources"],
                [zone.ref("arn")],
            ),
            statement("FindZones", ["route53:ListHostedZones"], ["*"]),
        ],
        exists=enabled.keys,
    )


def _cert_manager(stack: Stack, environment: Environment, eks: ClusterHandles) -> None:
    """Add the policy of cert-manager's documentation ("Route53"), limited to the zone and the hosts' own records."""
    challenge = environment.read(lambda s: s.edge.tls.challenge)
    if challenge.value != "dns-01":
        return
    scope, hosts = stack.component("cert_manager"), environment.hosts
    zone = scope.data("aws_route53_zone", "acme", exists=challenge.keys, name=hosts.zone, private_zone=False)
    records = [text("_acme-challenge.{}", host) for host in (hosts.app, hosts.api, hosts.grafana)]
    service_account_role(
        scope,
        environment,
        "cert_manager",
        eks.oidc,
        "cert-manager:cert-manager",
        statements=[
            statement(
                "ChangeChallengeRecords",
                ["route53:ChangeResourceRecordSets"],
                [zone.ref("arn")],
                condition("ForAllValues:StringEquals", "route53:ChangeResourceRecordSetsRecordTypes", "TXT"),
                condition(
                    "ForAllValues:StringEquals", "route53:ChangeResourceRecordSetsNormalizedRecordNames", *records
                ),
            ),
            statement("ReadRecords", ["route53:ListResourceRecordSets"], [zone.ref("arn")]),
            statement("FollowChanges", ["route53:GetChange"], [template("arn:{}:route53:::change/*", PARTITION)]),
            statement("FindZones", ["route53:ListHostedZonesByName"], ["*"]),
        ],
        exists=challenge.keys,
    )


def _cluster_autoscaler(stack: Stack, environment: Environment, eks: ClusterHandles) -> None:
    enabled = environment.read(lambda s: s.cluster.autoscaler)
    if not enabled.value:
        return
    service_account_role(
        stack.component("cluster_autoscaler"),
        environment,
        "cluster_autoscaler",
        eks.oidc,
        "kube-system:cluster-autoscaler",
        statements=[
            statement(
                "ReadGroups",
                [
                    "autoscaling:DescribeAutoScalingGroups",
                    "autoscaling:DescribeAutoScalingInstances",
                    "autoscaling:DescribeLaunchConfigurations",
                    "autoscaling:DescribeScalingActivities",
                    "autoscaling:DescribeTags",
                    "ec2:DescribeImages",
                    "ec2:DescribeInstanceTypes",
                    "ec2:DescribeLaunchTemplateVersions",
                    "ec2:GetInstanceTypesFromInstanceRequirements",
                ],
                ["*"],
            ),
            statement(
                "ReadNodeGroups",
                ["eks:DescribeNodegroup"],
                [template("arn:{}:eks:*:*:nodegroup/{}/*/*", PARTITION, environment.names.cluster)],
            ),
            statement(
                "ResizeGroupsOfThisCluster",
                ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"],
                ["*"],
                # EKS sets this tag on the groups of a cluster.
                condition(
                    "StringEquals",
                    text("autoscaling:ResourceTag/kubernetes.io/cluster/{}", environment.names.cluster),
                    "owned",
                ),
            ),
        ],
        exists=enabled.keys,
    )
