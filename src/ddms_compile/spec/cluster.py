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
"""An EC2 instance type; that it exists is checked by the rule `instance_type_exists`."""


AMI_RELEASE = 'a release of a node AMI such as "1.35.7-20260903" or "1.65.0-0be31b34", or empty'

AddonVersion = Annotated[
    str,
    matching(r"|v[0-9]+\.[0-9]+\.[0-9]+-eksbuild\.[0-9]+", 'an add-on version such as "v1.22.4-eksbuild.3", or empty'),
]
"""A version of an EKS add-on, as `aws eks describe-addon-versions` lists it; empty: the one pinned for the cluster."""


class Taint(Table):
    """Keeps pods without a matching toleration away from a node."""

    key: LabelKey
    """Key of the taint."""

    value: LabelValue
    """Value of the taint; may be empty."""

    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"]
    """What happens to pods that do not tolerate it."""


class NodeGroup(Table):
    """A managed node group."""

    instance_types: Annotated[tuple[InstanceType, ...], Field(strict=False, min_length=1, max_length=20)]
    """EC2 types in order of preference; all of one architecture."""

    min: Annotated[int, Field(ge=0, le=450)]
    """Fewest nodes that the autoscaler keeps, in all zones together."""

    max: Annotated[int, Field(ge=1, le=450)]
    """Most nodes that the autoscaler makes, in all zones together; at least one for each zone."""

    capacity: Literal["on-demand", "spot"]
    """How the nodes are bought."""

    ami: Literal["al2023", "bottlerocket"]
    """The operating system."""

    version: Annotated[str, matching(r"|[0-9]+\.[0-9]+", 'a Kubernetes version such as "1.35", or empty')]
    """Kubernetes version of the nodes: the cluster's, or up to three minors older; empty: the cluster's."""

    ami_release: Annotated[str, matching(r"|[0-9]+\.[0-9]+\.[0-9]+-[0-9a-f]{8}", AMI_RELEASE)]
    """Release of the AMI, as EKS names it; a newer one replaces the nodes one after another. Empty: the pinned one."""

    disk: Disk
    """Root volume of a node (gp3, encrypted)."""

    labels: dict[LabelKey, LabelValue]
    """Kubernetes labels of the nodes."""

    taints: Annotated[tuple[Taint, ...], Field(strict=False, max_length=50)]
    """Taints of the nodes."""

    renamed_from: Annotated[str, matching(r"|[a-z][a-z0-9-]{0,15}", "the former name of the group, or empty")]
    """Former name of the group, so that the new one is made before the old one goes; empty: none."""


class Endpoint(Table):
    """How the Kubernetes API is reached; from inside the VPC it always is."""

    public: bool
    """Whether it is reached from the internet too."""

    public_cidrs: Annotated[tuple[Cidr, ...], Field(strict=False, max_length=40)]
    """From which ranges, when it is public (EKS allows 40)."""


class Addons(Table):
    """Versions of the EKS add-ons that every cluster has."""

    aws_ebs_csi_driver: AddonVersion = Field(alias="aws-ebs-csi-driver")
    """The EBS CSI driver, which makes the volumes of claims."""

    coredns: AddonVersion
    """CoreDNS."""

    kube_proxy: AddonVersion = Field(alias="kube-proxy")
    """kube-proxy; of the cluster's minor."""

    vpc_cni: AddonVersion = Field(alias="vpc-cni")
    """The VPC CNI; one minor at a time (EKS user guide, "Assign IPs to Pods with the Amazon VPC CNI")."""


class Cluster(Table):
    """The EKS cluster."""

    version: MinorVersion
    """Kubernetes version, as EKS offers it."""

    support: Literal["standard", "extended"]
    """What happens when standard support ends: upgrade by itself, or pay for extended support."""

    endpoint: Endpoint
    """How the Kubernetes API is reached."""

    logs: Annotated[
        tuple[Literal["api", "audit", "authenticator", "controllerManager", "scheduler"], ...],
        Field(strict=False),
    ]
    """Control-plane logs to keep in CloudWatch Logs."""

    log_retention_days: LogRetention
    """Days to keep a control-plane log."""

    admins: Annotated[tuple[ArnOfRole, ...], Field(strict=False)]
    """Who administers the cluster, beside the role that applies it: ARNs of IAM roles or users."""

    autoscaler: bool
    """Whether the cluster autoscaler adds and removes nodes between `min` and `max`."""

    addons: Addons
    """Versions of the EKS add-ons; empty: those pinned for the cluster's version."""

    nodes: Annotated[dict[Slug, NodeGroup], Field(min_length=1)]
    """Node groups by name."""
