"""`[network]`: the VPC."""

from typing import Annotated, Literal

from pydantic import Field

from ddms_compile.spec.base import WHOLE, Cidr, Table

LogRetention = Annotated[
    Literal[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
    WHOLE,
]
"""Days that CloudWatch Logs can keep a log (API reference of PutRetentionPolicy)."""

Prefix = Annotated[int, Field(ge=17, le=28)]
"""A prefix length; AWS takes subnets from /16 to /28."""


class Subnets(Table):
    """Prefix length of one subnet of each kind; four of each have their place reserved, so that a zone can be added."""

    private: Prefix
    """Worker nodes and pods."""

    public: Prefix
    """Load balancers and NAT gateways."""

    data: Prefix
    """Databases; a range of their own, so that a NetworkPolicy can name it."""


class FlowLogs(Table):
    """Records of the traffic, in CloudWatch Logs."""

    enabled: bool
    """Whether to keep them."""

    traffic: Literal["ALL", "ACCEPT", "REJECT"]
    """Which traffic to record."""

    retention_days: LogRetention
    """Days to keep a record."""


class Network(Table):
    """The VPC, its zones and its ways out."""

    cidr: Cidr
    """The VPC's range, /16 to /20; it must not overlap another environment's."""

    zones: Annotated[int, Field(ge=2, le=4)]
    """Number of availability zones; the region's first ones are taken."""

    nat: Literal["single", "per-zone"]
    """One NAT gateway for all zones (cheap), or one in each (a zone can fail alone)."""

    subnets: Subnets
    """Sizes of the subnets."""

    gateway_endpoints: Annotated[tuple[Literal["s3", "dynamodb"], ...], Field(strict=False)]
    """Services reached through a gateway endpoint, without the NAT gateway and free of charge."""

    interface_endpoints: Annotated[
        tuple[
            Literal[
                "ecr.api",
                "ecr.dkr",
                "ec2",
                "sts",
                "logs",
                "secretsmanager",
                "kms",
                "elasticloadbalancing",
                "autoscaling",
            ],
            ...,
        ],
        Field(strict=False),
    ]
    """Services reached through an interface endpoint in the private subnets; each costs per hour and zone."""

    flow_logs: FlowLogs
    """Records of the traffic."""
