"""RDS and ElastiCache offer a version until its support ends; extended support is off, because it costs more."""

import datetime
from collections.abc import Iterator, Mapping

from ddms_compile.catalog.engines import cache_versions, postgres_majors
from ddms_compile.load import Finding
from ddms_compile.validate.rules.rule import Specs, at, error

CODE = "DDMS215"


def check(specs: Specs) -> Iterator[Finding]:
    for name, spec in specs.cloud():
        yield from _engine(
            specs.today, name, "postgres", "RDS for PostgreSQL", spec.postgres.version, postgres_majors()
        )
        engine = spec.redis.engine
        yield from _engine(
            specs.today, name, "redis", f"ElastiCache for {engine}", spec.redis.version, cache_versions(engine)
        )


def _engine(
    today: datetime.date,
    name: str,
    table: str,
    service: str,
    version: str,
    known: Mapping[str, datetime.date | None],
) -> Iterator[Finding]:
    offered = [
        version if end is None else f"{version} (until {end})"
        for version, end in known.items()
        if end is None or today <= end
    ]
    advice = f"offered: {', '.join(offered)}"
    if version not in known:
        yield error(CODE, f"{service} has no version {version}", at(name, table, "version", label="unknown"), advice)
    elif (end := known[version]) is not None and end < today:
        yield error(
            CODE, f"{service} no longer supports {version}", at(name, table, "version", label=f"ended on {end}"), advice
        )
