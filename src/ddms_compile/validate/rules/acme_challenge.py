"""HTTP-01 is a request from the internet: Let's Encrypt must be able to reach the load balancer."""

from collections.abc import Iterator
from ipaddress import IPv4Network, collapse_addresses

from ddms_compile.load import Finding
from ddms_compile.spec.edge import Edge
from ddms_compile.validate.rules.rule import Specs, at, error

CODE = "DDMS261"
EVERYBODY = IPv4Network("0.0.0.0/0")
"""Let's Encrypt validates from several networks and publishes no list of them (its FAQ)."""


def check(specs: Specs) -> Iterator[Finding]:
    for name, spec in specs.cloud():
        if spec.edge.tls.challenge != "http-01":
            continue
        for key, label in _obstacles(spec.edge):
            yield error(
                CODE,
                "HTTP-01 validation fails: requests of Let's Encrypt do not reach the load balancer",
                at(name, "edge", key, label=label),
                'write challenge = "dns-01" under [edge.tls], which validates hosts by a TXT record in Route 53',
                related=(at(name, "edge", "tls", "challenge", label="HTTP-01"),),
            )


def _obstacles(edge: Edge) -> Iterator[tuple[str, str]]:
    if edge.scheme == "internal":
        yield "scheme", "private addresses only"
    networks = [IPv4Network(cidr) for cidr in edge.allowed_cidrs]
    if EVERYBODY not in collapse_addresses(networks):
        yield "allowed_cidrs", "not the whole internet"
