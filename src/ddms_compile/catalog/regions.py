"""AWS regions and their Availability Zones."""

from ddms_compile.catalog.table import read_toml


def regions() -> tuple[str, ...]:
    """Return the names of all known regions, sorted."""
    return tuple(sorted(read_toml("regions")["zones"]))


def zones(region: str) -> tuple[str, ...]:
    """Return the names of the region's Availability Zones in order. Raises KeyError for an unknown region."""
    return tuple(f"{region}{letter}" for letter in read_toml("regions")["zones"][region])


def partition(region: str) -> str:
    """Return the partition of a region in ARNs: `aws`, `aws-cn` or `aws-us-gov`."""
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"
