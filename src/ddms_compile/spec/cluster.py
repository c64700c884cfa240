"""`[cluster]`: EKS and its node groups."""

from typing import Annotated, Literal

from pydantic import Field

from ddms_compile.spec.base import (
    ArnOfRole,
    Cidr,
    Disk,
    LabelKey,
    LabelValue,
    MinorVersion,
    Slug,
    Table,
    matching,
)
from ddms_compile.spec.network import LogRetention

InstanceType = Annotated[str, matching(r"[a-z][a-z0-9-]*\.[a-z0-9-]+", 'an EC2 instance type, such as "m7g.large"')]
"""An EC2 instance type; the rule `instance_type_exists` checks that it exists."""


AMI_RELEASE = 'a release of a node AMI such as "1.35.7-20260903" or "1.65.0-0be31b34", or empty'

AddonVersion = Annotated[
    str,
    matching(r"|v[0-9]+\.[0-9]+\.[0-9]+-eksbuild\.[0-9]+", 'an add-on version such as "v1.22.4-eksbuild.3", or empty'),
]
"""A version of an EKS add-on, as `aws eks describe-addon-versions` lists it; empty: the pin for the cluster's
version."""


class Taint(Table):
    """A taint, which repels pods without a matching toleration."""

    key: LabelKey
    """Key of the taint."""

    value: LabelValue
    """Value of the taint; may be empty."""

    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"]
    """Effect of the taint on pods that do not tolerate it."""


class NodeGroup(Table):
    """A managed node group."""

    instance_types: Annotated[tuple[InstanceType, ...], Field(strict=False, min_length=1, max_length=20)]
    """EC2 instance types in order of preference; all of one architecture."""

    min: Annotated[int, Field(ge=0, le=450)]
    """Minimum number of nodes, in all zones together."""

    max: Annotated[int, Field(ge=1, le=450)]
    """Maximum number of nodes, in all zones together; at least one per zone."""

    capacity: Literal["on-demand", "spot"]
    """Purchase option of the nodes."""

    ami: Literal["al2023", "bottlerocket"]
    """Operating system of the nodes."""

    version: Annotated[str, matching(r"|[0-9]+\.[0-9]+", 'a Kubernetes version such as "1.35", or empty')]
    """Kubernetes version of the nodes: the cluster's, or up to three minor versions older; empty: the cluster's."""

    ami_release: Annotated[str, matching(r"|[0-9]+\.[0-9]+\.[0-9]+-[0-9a-f]{8}", AMI_RELEASE)]
    """AMI release, as EKS names it; a newer one replaces the nodes one after another. Empty: the pinned release."""

    disk: Disk
    """Size of a node's root volume (gp3, encrypted)."""

    labels: dict[LabelKey, LabelValue]
    """Kubernetes labels of the nodes."""

    taints: Annotated[tuple[Taint, ...], Field(strict=False, max_length=50)]
    """Taints of the nodes."""

    renamed_from: Annotated[str, matching(r"|[a-z][a-z0-9-]{0,15}", "the previous name of the group, or empty")]
    """Previous name of the group, so that the new group is created before the old one is destroyed; empty: none."""


class Endpoint(Table):
    """Access to the Kubernetes API endpoint; it is always reachable from inside the VPC."""

    public: bool
    """Whether the endpoint is public too."""

    public_cidrs: Annotated[tuple[Cidr, ...], Field(strict=False, max_length=40)]
    """CIDR ranges that may reach the public endpoint (EKS allows 40)."""


class Addons(Table):
    """Versions of the EKS add-ons that every cluster has."""

    aws_ebs_csi_driver: AddonVersion = Field(alias="aws-ebs-csi-driver")
    """The EBS CSI driver, which provisions volumes for claims."""

    coredns: AddonVersion
    """CoreDNS."""

    kube_proxy: AddonVersion = Field(alias="kube-proxy")
    """kube-proxy; its minor version is the cluster's."""

    vpc_cni: AddonVersion = Field(alias="vpc-cni")
    """The VPC CNI; upgrade one minor version at a time (EKS user guide, "Assign IPs to Pods with the Amazon VPC
    CNI")."""


class Cluster(Table):
    """The EKS cluster."""

    version: MinorVersion
    """Kubernetes version that EKS offers."""

    support: Literal["standard", "extended"]
    """Support policy of the cluster: upgrade automatically when standard support ends, or pay for extended support."""

    endpoint: Endpoint
    """Access to the Kubernetes API endpoint."""

    logs: Annotated[
        tuple[Literal["api", "audit", "authenticator", "controllerManager", "scheduler"], ...],
        Field(strict=False),
    ]
    """Control plane logs that CloudWatch Logs receives."""

    log_retention_days: LogRetention
    """Retention of the control plane logs in days."""

    admins: Annotated[tuple[ArnOfRole, ...], Field(strict=False)]
    """Administrators of the cluster, in addition to the role that applies it: ARNs of IAM roles or users."""

    autoscaler: bool
    """Whether the cluster autoscaler scales node groups between `min` and `max`."""

    addons: Addons
    """Versions of the EKS add-ons; empty: the pins for the cluster's version."""

    nodes: Annotated[dict[Slug, NodeGroup], Field(min_length=1)]
    """Node groups by name."""
