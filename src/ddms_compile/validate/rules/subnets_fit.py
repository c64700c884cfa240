"""The VPC must have room for four subnets of each kind, whose places are fixed so that a zone can be added later."""

import ipaddress
from collections.abc import Iterator

from ddms_compile.load import Finding
from ddms_compile.spec import EnvironmentSpec
from ddms_compile.validate.rules.rule import Specs, at, error

CODE = "DDMS202"
KINDS = ("private", "public", "data")
PLACES = 4


def check(specs: Specs) -> Iterator[Finding]:
    for name, spec in specs.cloud():
        kind = does_not_fit(spec)
        if kind is not None:
            size = getattr(spec.network.subnets, kind)
            yield error(
                CODE,
                f"the {kind} subnets do not fit into {spec.network.cidr}",
                at(name, "network", "subnets", kind, label=f"four of /{size}"),
                *_advice(spec),
                related=(at(name, "network", "cidr", label="the VPC"),),
                notes=("space for four zones is reserved per kind: private first, then public, then data",),
            )


def does_not_fit(spec: EnvironmentSpec) -> str | None:
    """The first kind for which there is no room left."""
    return _first_without_room(spec.network.cidr, [getattr(spec.network.subnets, kind) for kind in KINDS])


def _first_without_room(cidr: str, prefixes: list[int]) -> str | None:
    vpc = ipaddress.IPv4Network(cidr)
    position, end = int(vpc.network_address), int(vpc.broadcast_address) + 1
    for kind, prefix in zip(KINDS, prefixes, strict=True):
        size = 1 << (32 - prefix)
        position = -(-position // size) * size + PLACES * size
        if position > end:
            return kind
    return None


def _advice(spec: EnvironmentSpec) -> tuple[str, ...]:
    """The default proportions, scaled to the VPC: /19, /22 and /24 in a /16."""
    longer = ipaddress.IPv4Network(spec.network.cidr).prefixlen - 16
    prefixes = [min(28, base + longer) for base in (19, 22, 24)]
    if min(prefixes) < 17 or _first_without_room(spec.network.cidr, prefixes) is not None:
        return ("use smaller subnets (a larger number after the slash), or a larger VPC",)
    private, public, data = prefixes
    return (f"a valid choice: subnets = {{ private = {private}, public = {public}, data = {data} }}",)
