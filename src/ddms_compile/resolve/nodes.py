"""Node groups and EKS add-ons: AMI types by architecture, and all versions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ddms_compile.catalog import eks
from ddms_compile.catalog.regions import zones as region_zones
from ddms_compile.provenance.reading import Reader
from ddms_compile.provenance.traced import NO_KEYS, Keys, Traced
from ddms_compile.resolve.network import FEWEST_ZONES, PLACES, Zone
from ddms_compile.spec import EnvironmentSpec
from ddms_compile.spec.cluster import NodeGroup

_AMI_TYPES = {
    ("al2023", False): "AL2023_x86_64_STANDARD",
    ("al2023", True): "AL2023_ARM_64_STANDARD",
    ("bottlerocket", False): "BOTTLEROCKET_x86_64",
    ("bottlerocket", True): "BOTTLEROCKET_ARM_64",
}
"""EKS API reference, Nodegroup.amiType."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedNodeGroup:
    """One group of the data, which is a managed node group per zone. `exists`: the key of its table."""

    name: str
    exists: Keys
    renamed_from: str
    """The former name, or empty."""
    ami_type: Traced[str]
    version: Traced[str]
    """Kubernetes version of the nodes."""
    release: Traced[str]
    """Release of the AMI."""
    root_device: Traced[str]
    """Device name of the volume that holds the pods' data."""

    def element(self, zone: Zone) -> str:
        """Return the Terraform name of the node group in a zone."""
        return f"{self.name.replace('-', '_')}_{zone.index}"


def share(read: Reader, count: Callable[[EnvironmentSpec], int], zone: Zone) -> Traced[int]:
    """Return a zone's share of a number of nodes: as even as possible, the first zones first."""
    wanted, zones = read(count), read(lambda s: s.network.zones)
    most = min(PLACES, len(region_zones(read(lambda s: s.aws.region).value)))
    possible = {_share(wanted.value, other, zone.index) for other in range(max(FEWEST_ZONES, zone.index + 1), most + 1)}
    # With three nodes the third zone has one, whatever the number of zones.
    keys = wanted.keys | (zones.keys if len(possible) > 1 else NO_KEYS)
    return Traced(_share(wanted.value, zones.value, zone.index), keys)


def _share(count: int, zones: int, index: int) -> int:
    return (count + zones - 1 - index) // zones


def is_arm(instance_type: str) -> bool:
    """Return whether the type has Graviton processors: a `g` after the generation (`m7g`, `t4g`)."""
    family = instance_type.partition(".")[0]
    letters = family.lstrip("abcdefghijklmnopqrstuvwxyz").lstrip("0123456789")
    return "g" in letters.partition("-")[0]


def node_version(spec: EnvironmentSpec, name: str) -> str:
    """Return the Kubernetes version of a group's nodes: its own, else the cluster's."""
    return spec.cluster.nodes[name].version or spec.cluster.version


def make_addon_versions(read: Reader) -> Mapping[str, Traced[str]]:
    """Return the version of each EKS add-on by name: the data's, else the one pinned for the cluster's minor."""
    return {addon: _addon_version(read, addon) for addon in eks.ADDONS}


def _addon_version(read: Reader, addon: str) -> Traced[str]:
    def query(spec: EnvironmentSpec) -> str:
        given: str = getattr(spec.cluster.addons, addon.replace("-", "_"))
        if given:
            return given
        # A version that is the same for every minor does not depend on the cluster's.
        minor = spec.cluster.version if eks.bound_to_minor(addon) else eks.newest_minor()
        return eks.addon_version(addon, minor) or ""

    return read(query)


def make_node_groups(read: Reader) -> tuple[ResolvedNodeGroup, ...]:
    """Return the groups, sorted by name."""
    return tuple(_make_node_group(read, name) for name in read(lambda s: sorted(s.cluster.nodes)).value)


def _make_node_group(read: Reader, name: str) -> ResolvedNodeGroup:
    def group(spec: EnvironmentSpec) -> NodeGroup:
        return spec.cluster.nodes[name]

    return ResolvedNodeGroup(
        name=name,
        exists=frozenset({f"cluster.nodes.{name}"}),
        renamed_from=read(lambda s: group(s).renamed_from).value,
        version=read(lambda s: node_version(s, name)),
        release=read(lambda s: group(s).ami_release or eks.ami_release(group(s).ami, node_version(s, name)) or ""),
        ami_type=read(lambda s: _AMI_TYPES[group(s).ami, is_arm(group(s).instance_types[0])]),
        root_device=read(lambda s: "/dev/xvdb" if group(s).ami == "bottlerocket" else "/dev/xvda"),
    )
