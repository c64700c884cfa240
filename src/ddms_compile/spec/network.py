"""`[network]`: the VPC."""

from typing import Annotated, Literal

from pydantic import Field

from ddms_compile.spec.base import WHOLE, Cidr, Table

LogRetention = Annotated[
    Literal[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
    WHOLE,
]
"""Retention periods of CloudWatch Logs in days (API reference of PutRetentionPolicy)."""

Prefix = Annotated[int, Field(ge=17, le=28)]
"""A prefix length; AWS supports subnets from /16 to /28."""


class Subnets(Table):
    """Prefix length of the subnets of each kind; space for four subnets per kind is reserved for additional zones."""

    private: Prefix
    """Subnets of worker nodes and pods."""

    public: Prefix
    """Subnets of load balancers and NAT gateways."""

    data: Prefix
    """Subnets of databases; a separate range, so that a NetworkPolicy can select it."""


class FlowLogs(Table):
    """VPC flow logs, in CloudWatch Logs."""

    enabled: bool
    """Whether flow logs are enabled."""

    traffic: Literal["ALL", "ACCEPT", "REJECT"]
    """Traffic type to record."""

    retention_days: LogRetention
    """Retention of the flow logs in days."""


class Network(Table):
    """The VPC, its zones and its outbound access."""

    cidr: Cidr
    """CIDR range of the VPC, /16 to /20; it must not overlap another environment's."""

    zones: Annotated[int, Field(ge=2, le=4)]
    """Number of Availability Zones; the region's first ones are used."""

    nat: Literal["single", "per-zone"]
    """`single`: one NAT gateway for all zones (cheap); `per-zone`: one in each zone (no single point of failure)."""

    subnets: Subnets
    """Prefix lengths of the subnets."""

    gateway_endpoints: Annotated[tuple[Literal["s3", "dynamodb"], ...], Field(strict=False)]
    """AWS services with a gateway endpoint, which bypasses the NAT gateway and is free of charge."""

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
    """AWS services with an interface endpoint in the private subnets; AWS charges per hour and zone."""

    flow_logs: FlowLogs
    """VPC flow logs."""
