"""A VPC has private addresses (RFC 1918, or RFC 6598), and a size that leaves room for pods."""

import ipaddress
from collections.abc import Iterator

from ddms_compile.load import Finding
from ddms_compile.validate.rules.rule import Specs, at, error

CODE = "DDMS203"
PRIVATE = tuple(
    ipaddress.IPv4Network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
)
LARGEST, SMALLEST = 16, 20
SERVICES = ipaddress.IPv4Network("172.17.0.0/16")
"""Docker's own range on nodes; EKS advises against it (EKS user guide, "VPC requirements")."""


def check(specs: Specs) -> Iterator[Finding]:
    for name, spec in specs.cloud():
        vpc = ipaddress.IPv4Network(spec.network.cidr)
        if not LARGEST <= vpc.prefixlen <= SMALLEST:
            size = (
                "too large: AWS supports no VPC larger than /16"
                if vpc.prefixlen < LARGEST
                else "too small: every pod needs an address"
            )
            start = ipaddress.IPv4Network((int(vpc.network_address) & 0xFFFF0000, 16))
            yield error(
                CODE,
                f"a VPC of /{vpc.prefixlen} is {size}",
                at(name, "network", "cidr", label="must be /16 to /20"),
                f'use a prefix between /16 and /20, such as cidr = "{start}"',
            )
        elif not any(vpc.subnet_of(private) for private in PRIVATE):
            yield error(
                CODE,
                f"{vpc} contains public addresses, which hide hosts on the internet",
                at(name, "network", "cidr", label="not a private range"),
                "use a part of 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10",
            )
        elif vpc.overlaps(SERVICES):
            yield error(
                CODE,
                "172.17.0.0/16 is the network of the container runtime on the nodes",
                at(name, "network", "cidr", label="overlaps it"),
                'use another range, such as cidr = "10.20.0.0/16"',
            )
