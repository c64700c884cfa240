"""AWS regions and their availability zones."""

from ddms_compile.catalog.table import read_toml


def regions() -> tuple[str, ...]:
    """The names of all regions known, sorted."""
    return tuple(sorted(read_toml("regions")["zones"]))


def zones(region: str) -> tuple[str, ...]:
    """Names of the region's availability zones in order. Raises KeyError for an unknown region."""
    return tuple(f"{region}{letter}" for letter in read_toml("regions")["zones"][region])


def partition(region: str) -> str:
    """The partition of a region, as ARNs have it: `aws`, `aws-cn` or `aws-us-gov`."""
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"
