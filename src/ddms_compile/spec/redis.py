"""`[redis]`: ElastiCache, Redis or Valkey."""

from typing import Annotated, Literal

from pydantic import Field

from ddms_compile.spec.base import MinorVersion, Table, WeeklyWindow, Window, matching


class Snapshots(Table):
    """Nightly snapshots."""

    retention_days: Annotated[int, Field(ge=0, le=35)]
    """Days to keep one; 0: none are taken."""

    window: Window
    """When one is taken."""


class Redis(Table):
    """The cache: one shard with replicas."""

    engine: Literal["redis", "valkey"]
    """Redis OSS ends at 7.1; Valkey is its maintained successor."""

    version: MinorVersion
    """Version of the engine."""

    node_type: Annotated[
        str, matching(r"cache\.[a-z0-9-]+\.[a-z0-9]+", 'an ElastiCache node type, such as "cache.r7g.large"')
    ]
    """ElastiCache node type."""

    replicas: Annotated[int, Field(ge=0, le=5)]
    """Replicas beside the primary; with one or more, failover is automatic and over zones."""

    auth: Literal["token", "none"]
    """`token`: clients give the sensitive Terraform variable `redis_auth_token`; TLS is used either way.

    A cache that has a token cannot lose it (DDMS614)."""

    snapshots: Snapshots
    """Nightly snapshots."""

    maintenance_window: WeeklyWindow
    """When AWS may patch."""

    apply_immediately: bool
    """Whether a change is applied at once, or in the maintenance window."""

    parameters: Annotated[
        dict[Annotated[str, matching(r"[a-z][a-z0-9-]{0,62}", "the name of a Redis parameter")], str],
        Field(max_length=500),
    ]
    """Parameters of the parameter group, such as `maxmemory-policy`."""
