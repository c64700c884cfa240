"""The address plan of a VPC: the CIDR blocks of each zone.

Each kind of subnet has four reserved blocks, private first, then public, then data, so that no block moves when a zone
is added or removed.
"""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ddms_compile.provenance.reading import Reader
from ddms_compile.provenance.traced import NO_KEYS, Keys, Traced
from ddms_compile.spec import EnvironmentSpec

PLACES = 4
"""Reserved zones of each kind of subnet."""

FEWEST_ZONES = 2
"""EKS, RDS and ElastiCache require subnets in at least two zones."""

SMALLEST = 28
"""The smallest subnet in AWS is /28."""

SubnetKind = Literal["private", "public", "data"]
KINDS: tuple[SubnetKind, ...] = ("private", "public", "data")


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """One Availability Zone. `exists`: the keys that decide its presence."""

    index: int
    name: Traced[str]
    subnets: dict[SubnetKind, Traced[str]]
    exists: Keys


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressPlan:
    """The CIDR blocks of the VPC."""

    cidr: Traced[str]
    zones: tuple[Zone, ...]
    data_cidrs: tuple[Traced[str], ...]
    """The CIDR blocks of the data subnets, one per zone."""


def place_subnets(cidr: str, sizes: dict[SubnetKind, int]) -> dict[SubnetKind, tuple[str, ...]]:
    """Return the four CIDR blocks of each kind, in order. Raises ValueError when they do not fit into `cidr`."""
    vpc = ipaddress.IPv4Network(cidr)
    position, end = int(vpc.network_address), int(vpc.broadcast_address) + 1
    placed: dict[SubnetKind, tuple[str, ...]] = {}
    for kind in KINDS:
        size = 1 << (32 - sizes[kind])
        start = -(-position // size) * size
        position = start + PLACES * size
        if position > end:
            raise ValueError(f"four {kind} subnets of /{sizes[kind]} do not fit into the remaining space of {cidr}")
        placed[kind] = tuple(str(ipaddress.IPv4Network((start + place * size, sizes[kind]))) for place in range(PLACES))
    return placed


def lay_out_network(read: Reader, zone_names: Sequence[str]) -> AddressPlan:
    """The ranges of the environment; `zone_names` are the region's zones in order, as many as there are at least.

    A local environment has no VPC, and no rule checks its sizes.
    """
    count = read(lambda s: 0 if s.tier == "local" else s.network.zones).value
    zones = tuple(_lay_out_zone(read, index, zone_names[index]) for index in range(count))
    return AddressPlan(
        cidr=read(lambda s: s.network.cidr),
        zones=zones,
        data_cidrs=tuple(zone.subnets["data"].because(zone.exists) for zone in zones),
    )


def _lay_out_zone(read: Reader, index: int, zone_name: str) -> Zone:
    def subnet(kind: SubnetKind) -> Traced[str]:
        # The offset of a kind depends on the sizes of the kinds before it only.
        earlier = KINDS[: KINDS.index(kind) + 1]

        def query(spec: EnvironmentSpec) -> str:
            sizes = {k: getattr(spec.network.subnets, k) if k in earlier else SMALLEST for k in KINDS}
            return place_subnets(spec.network.cidr, sizes)[kind][index]

        return read(query)

    return Zone(
        index=index,
        name=Traced(zone_name, read.keys(lambda s: s.aws.region)),
        subnets={kind: subnet(kind) for kind in KINDS},
        exists=read.keys(lambda s: s.network.zones) if index >= FEWEST_ZONES else NO_KEYS,
    )
