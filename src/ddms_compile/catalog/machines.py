"""Instance types: EC2 for nodes, RDS for PostgreSQL, ElastiCache. `tests/unit/catalog/refresh.py` writes the tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from ddms_compile.catalog.table import read_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceType:
    """An EC2 type. `architecture` is `x86_64` or `arm64`; `memory` is in MiB.

    `pods`: the maximum without prefix delegation, interfaces x (addresses - 1) + 2 (EKS user guide).
    """

    architecture: str
    vcpus: int
    memory: int
    pods: int


def instance_type(name: str) -> InstanceType | None:
    """Return the type; None for an unknown name."""
    row = _rows("ec2").get(name)
    if row is None:
        return None
    architecture, vcpus, memory, pods = row.split()
    return InstanceType(architecture=architecture, vcpus=int(vcpus), memory=int(memory), pods=int(pods))


def instance_types() -> tuple[str, ...]:
    """Return all types of EC2, sorted."""
    return tuple(_rows("ec2"))


def rds_classes(region: str | None = None) -> tuple[str, ...]:
    """Return instance classes of RDS for PostgreSQL, sorted; those of one region, if given."""
    return _offered("rds", region)


def cache_node_types(region: str | None = None) -> tuple[str, ...]:
    """Return node types of ElastiCache, sorted; those of one region, if given."""
    return _offered("elasticache", region)


def _offered(table: str, region: str | None) -> tuple[str, ...]:
    rows = _rows(table)
    return tuple(name for name in rows if region is None or _is_offered(rows[name], region))


def _is_offered(regions: str, region: str) -> bool:
    named = region in regions.lstrip("-").split(",")
    return regions == "*" or named != regions.startswith("-")


@cache
def _rows(table: str) -> Mapping[str, str]:
    return MappingProxyType(dict(row.split(" ", 1) for row in read_rows(table)))
