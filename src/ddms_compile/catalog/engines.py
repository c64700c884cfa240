"""Versions of PostgreSQL, Redis, Valkey and base images, with the last day of support."""

import datetime
from collections.abc import Mapping

from ddms_compile.catalog.table import read_toml


def postgres_majors() -> Mapping[str, datetime.date]:
    """Return majors of RDS for PostgreSQL and the last day of their standard support, ended ones included."""
    return dict(read_toml("engines")["rds_postgres"])


def cache_versions(engine: str) -> Mapping[str, datetime.date | None]:
    """Return versions of `redis` or `valkey` in ElastiCache and their last day, None where none is announced."""
    return {version: end or None for version, end in read_toml("engines")[f"elasticache_{engine}"].items()}


def image_end(image: str, tag: str) -> datetime.date | None:
    """Return the last day of the release in a base image's tag, such as `24-bookworm-slim`; None if unknown."""
    table = read_toml("engines").get(f"image_{image}", {})
    numbers = tag.split("@")[0].split("-")[0].split(".")
    end = table.get(numbers[0]) or table.get(".".join(numbers[:2]))
    return end if isinstance(end, datetime.date) else None
