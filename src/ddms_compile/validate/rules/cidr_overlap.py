"""Two environments whose VPCs share addresses can never be peered, nor reached by one VPN."""

import ipaddress
from collections.abc import Iterator

from ddms_compile.load import Finding
from ddms_compile.validate.rules.rule import Specs, at, error

CODE = "DDMS201"
Range = tuple[str, ipaddress.IPv4Network]


def check(specs: Specs) -> Iterator[Finding]:
    ranges = [(name, ipaddress.IPv4Network(spec.network.cidr)) for name, spec in specs.cloud()]
    taken = [network for _, network in ranges]
    for (first, one), (second, other) in _overlaps(ranges):
        free = _free(other.prefixlen, taken)
        yield error(
            CODE,
            f"the VPCs of {first} and {second} overlap",
            at(second, "network", "cidr", label=f"{other} here"),
            *((f'the next free range of this size is cidr = "{free}"',) if free else ()),
            related=(at(first, "network", "cidr", label=f"{one} in {first}"),),
            notes=("environments with overlapping ranges cannot be peered or share a VPN",),
        )


def _overlaps(ranges: list[Range]) -> Iterator[tuple[Range, Range]]:
    """The pairs that share addresses, by name; networks are nested or apart, so those in order need looking at only."""
    inside: list[Range] = []
    for entry in sorted(ranges, key=lambda r: (int(r[1].network_address), r[1].prefixlen, r[0])):
        while inside and not inside[-1][1].overlaps(entry[1]):
            inside.pop()
        for outer in inside:
            first, second = sorted((outer, entry), key=lambda r: r[0])
            yield first, second
        inside.append(entry)


def _free(prefix: int, taken: list[ipaddress.IPv4Network]) -> ipaddress.IPv4Network | None:
    if not 8 <= prefix <= 24:
        return None
    candidates = ipaddress.IPv4Network("10.0.0.0/8").subnets(new_prefix=prefix)
    return next((network for network in candidates if not any(network.overlaps(other) for other in taken)), None)
