"""A resolved environment, the input of the back ends.

Back ends read unchanged settings where they use them, `environment.read(lambda s: s.postgres.multi_az)`; derived values
(names, addresses, hosts, versions) are computed here once.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from ddms_compile.catalog.regions import zones
from ddms_compile.provenance.reading import Reader
from ddms_compile.provenance.traced import Traced
from ddms_compile.resolve.charts import SHIPPED, ChartFolders
from ddms_compile.resolve.edge import EdgeNames, make_edge
from ddms_compile.resolve.hosts import HostNames, make_hosts
from ddms_compile.resolve.images import WorkloadImages, make_images
from ddms_compile.resolve.names import Names, make_names
from ddms_compile.resolve.network import AddressPlan, lay_out_network
from ddms_compile.resolve.nodes import ResolvedNodeGroup, make_addon_versions, make_node_groups
from ddms_compile.spec import EnvironmentSpec, Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """One environment, resolved."""

    name: str
    tier: Tier
    read: Reader
    names: Names
    hosts: HostNames
    edge: EdgeNames
    images: WorkloadImages
    network: AddressPlan
    node_groups: tuple[ResolvedNodeGroup, ...]
    addon_versions: Mapping[str, Traced[str]]
    """Versions of the EKS add-ons, by name."""
    charts: ChartFolders


def resolve(name: str, spec: EnvironmentSpec, zones: Sequence[str], charts: ChartFolders) -> Environment:
    """Return the environment of a valid spec. `zones`: the region's Availability Zones, in order."""
    read = Reader(spec)
    names = make_names(name, read)
    return Environment(
        name=name,
        tier=spec.tier,
        read=read,
        names=names,
        hosts=make_hosts(read),
        edge=make_edge(read),
        images=make_images(read),
        network=lay_out_network(read, zones),
        node_groups=make_node_groups(read),
        addon_versions=make_addon_versions(read),
        charts=charts,
    )


def resolve_all(specs: Mapping[str, EnvironmentSpec], own_charts: Collection[str] = SHIPPED) -> dict[str, Environment]:
    """Return every environment by name, with the zones of its region. `own_charts`: names of the project's charts."""
    charts = ChartFolders(own=frozenset(own_charts))
    return {name: resolve(name, spec, zones(spec.aws.region), charts) for name, spec in specs.items()}
