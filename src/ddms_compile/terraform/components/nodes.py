"""Worker nodes: managed node groups with launch templates, and the core EKS add-ons."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from ddms_compile.provenance.traced import text
from ddms_compile.resolve import Environment
from ddms_compile.resolve.network import Zone
from ddms_compile.resolve.nodes import ResolvedNodeGroup, share
from ddms_compile.spec import EnvironmentSpec
from ddms_compile.spec.cluster import NodeGroup, Taint
from ddms_compile.spec.units import gibibytes
from ddms_compile.terraform.arguments import Block, block
from ddms_compile.terraform.components.cluster import ClusterHandles
from ddms_compile.terraform.components.iam import service_account_role, service_role
from ddms_compile.terraform.components.network import NetworkHandles
from ddms_compile.terraform.expression import Expression
from ddms_compile.terraform.stack import Handle, Scope, Stack
from ddms_compile.tree import TracedTable, TracedTree

_EFFECTS = {"NoSchedule": "NO_SCHEDULE", "PreferNoSchedule": "PREFER_NO_SCHEDULE", "NoExecute": "NO_EXECUTE"}
"""Taint effects in Kubernetes -> in EKS (API reference, Taint)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeHandles:
    """Handles of the nodes for other components."""

    security_group: Handle
    """The security group of worker nodes only."""


def nodes(stack: Stack, environment: Environment, net: NetworkHandles, eks: ClusterHandles) -> NodeHandles:
    """Add all node groups and the core EKS add-ons."""
    scope = stack.component("nodes")
    group = scope.resource(
        "aws_security_group",
        "nodes",
        name=environment.names.of("nodes"),
        description="Worker nodes: source of the rules of other groups",
        vpc_id=net.vpc.ref("id"),
        tags={"Name": environment.names.of("nodes")},
    )
    role, attached = service_role(
        scope,
        environment,
        "node",
        "ec2.amazonaws.com",
        "AmazonEKSWorkerNodePolicy",
        "AmazonEC2ContainerRegistryPullOnly",
    )
    network_addons = _network_addons(scope, environment, eks)
    groups = [
        made
        for item in environment.node_groups
        for made in _node_groups(scope, environment, item, net, eks, role, group, [*attached, *network_addons])
    ]
    _addon(scope, environment, eks, "coredns", depends_on=groups)
    _storage_addon(scope, environment, eks, groups)
    return NodeHandles(security_group=group)


def _node_groups(
    scope: Scope,
    environment: Environment,
    item: ResolvedNodeGroup,
    net: NetworkHandles,
    eks: ClusterHandles,
    role: Handle,
    group: Handle,
    before: list[Handle],
) -> list[Handle]:
    """Add a managed node group per zone, with one launch template.

    A pod with an EBS volume runs in the zone of its volume. The autoscaler cannot choose the zone of a new node in a
    group of several ("use separate node groups per zone", its FAQ), and keeps groups of one kind balanced.
    """
    launch = _launch_template(scope, environment, item, eks, group)
    shared: TracedTable = {
        "cluster_name": eks.cluster.ref("name"),
        "node_role_arn": role.ref("arn"),
        "launch_template": block(id=launch.ref("id"), version=launch.ref("latest_version")),
    }
    return [
        _node_group(scope, environment, item, zone, subnet, before, shared)
        for zone, subnet in zip(environment.network.zones, net.private_subnets, strict=True)
    ]


def _node_group(
    scope: Scope,
    environment: Environment,
    item: ResolvedNodeGroup,
    zone: Zone,
    subnet: Expression,
    before: list[Handle],
    shared: TracedTable,
) -> Handle:
    read, name = environment.read, item.name

    def of(spec: EnvironmentSpec) -> NodeGroup:
        return spec.cluster.nodes[name]

    least = share(read, lambda s: of(s).min, zone)
    taints = read(lambda s: of(s).taints)
    return scope.resource(
        "aws_eks_node_group",
        item.element(zone),
        shared,
        exists=item.exists | zone.exists,
        depends_on=before,
        # A name prefix, so that a replacement can be created before the old group is destroyed.
        node_group_name_prefix=text("{}-{}-", name, zone.name),
        subnet_ids=[subnet],
        # Without a version EKS takes the cluster's current one and never upgrades it.
        version=item.version,
        release_version=item.release,
        ami_type=item.ami_type,
        capacity_type=read(lambda s: of(s).capacity.upper().replace("-", "_")),
        instance_types=read(lambda s: list(of(s).instance_types)),
        labels=read.table(lambda s: of(s).labels),
        taint=taints.map(_taint_blocks) if taints.value else None,
        scaling_config=block(
            min_size=least,
            max_size=share(read, lambda s: of(s).max, zone),
            desired_size=least,
        ),
        update_config=block(max_unavailable_percentage=33),
        tags={"Name": text("{}-{}-{}", environment.names.prefix, name, zone.name)},
        # The autoscaler changes the desired size; Terraform must not revert it.
        lifecycle=block(create_before_destroy=True, ignore_changes=["scaling_config[0].desired_size"]),
    )


def _taint_blocks(taints: Iterable[Taint]) -> list[Block]:
    return [block(key=t.key, value=t.value or None, effect=_EFFECTS[t.effect]) for t in taints]


def _launch_template(
    scope: Scope, environment: Environment, item: ResolvedNodeGroup, eks: ClusterHandles, group: Handle
) -> Handle:
    name = text("{}-{}", environment.names.prefix, item.name)
    return scope.resource(
        "aws_launch_template",
        item.name.replace("-", "_"),
        exists=item.exists,
        name_prefix=name.map(lambda n: f"{n}-"),
        update_default_version=True,
        vpc_security_group_ids=[eks.security_group, group.ref("id")],
        block_device_mappings=[
            block(
                device_name=item.root_device,
                ebs=block(
                    volume_size=environment.read(lambda s: gibibytes(s.cluster.nodes[item.name].disk)),
                    volume_type="gp3",
                    encrypted="true",
                    delete_on_termination="true",
                ),
            )
        ],
        # IMDSv2 only, with a hop limit that excludes pods, which have their own roles.
        metadata_options=block(http_endpoint="enabled", http_tokens="required", http_put_response_hop_limit=1),
        monitoring=block(enabled=True),
        tag_specifications=[
            block(resource_type=kind, tags={"Name": name, **_default_tags(environment)})
            for kind in ("instance", "volume")
        ],
        lifecycle=block(create_before_destroy=True),
    )


def _default_tags(environment: Environment) -> TracedTable:
    """Return the provider's default tags, which do not apply to resources of a launch template."""
    return {
        **environment.read.table(lambda s: s.aws.tags),
        "environment": environment.names.environment,
        "managed-by": "ddms-compile",
        "project": environment.names.project,
    }


def _network_addons(scope: Scope, environment: Environment, eks: ClusterHandles) -> list[Handle]:
    """Add the add-ons that a node needs to become ready; the CNI enforces NetworkPolicies only when configured."""
    role = service_account_role(scope, environment, "vpc_cni", eks.oidc, "kube-system:aws-node", "AmazonEKS_CNI_Policy")
    settings = json.dumps({"enableNetworkPolicy": "true"})
    return [
        _addon(
            scope,
            environment,
            eks,
            "vpc-cni",
            service_account_role_arn=role.ref("arn"),
            configuration_values=settings,
        ),
        _addon(scope, environment, eks, "kube-proxy"),
    ]


def _storage_addon(scope: Scope, environment: Environment, eks: ClusterHandles, groups: list[Handle]) -> None:
    """Add the EBS CSI driver and its role, without which PersistentVolumeClaims stay pending.

    The chart `helm/cluster-base` has the default StorageClass, because the add-on's own does not encrypt.
    """
    role = service_account_role(
        scope,
        environment,
        "ebs_csi",
        eks.oidc,
        "kube-system:ebs-csi-controller-sa",
        "service-role/AmazonEBSCSIDriverPolicy",
    )
    _addon(
        scope,
        environment,
        eks,
        "aws-ebs-csi-driver",
        service_account_role_arn=role.ref("arn"),
        depends_on=groups,
    )


def _addon(
    scope: Scope,
    environment: Environment,
    eks: ClusterHandles,
    name: str,
    *,
    depends_on: list[Handle] | None = None,
    **arguments: TracedTree,
) -> Handle:
    """Add a core add-on at a pinned version, so that upgrades are reviewed changes."""
    return scope.resource(
        "aws_eks_addon",
        name.replace("-", "_"),
        arguments,
        cluster_name=eks.cluster.ref("name"),
        addon_name=name,
        addon_version=environment.addon_versions[name],
        resolve_conflicts_on_create="OVERWRITE",
        resolve_conflicts_on_update="OVERWRITE",
        depends_on=depends_on or [],
    )
