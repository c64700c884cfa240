"""`[redis]`: ElastiCache for Redis OSS or Valkey."""

from typing import Annotated, Literal

from pydantic import Field

from ddms_compile.spec.base import MinorVersion, Table, WeeklyWindow, Window, matching


class Snapshots(Table):
    """Daily snapshots."""

    retention_days: Annotated[int, Field(ge=0, le=35)]
    """Retention of a snapshot in days; 0 disables snapshots."""

    window: Window
    """Daily snapshot window, UTC."""


class Redis(Table):
    """The cache: one shard with replicas."""

    engine: Literal["redis", "valkey"]
    """Engine; Redis OSS ends at 7.1, Valkey is its maintained successor."""

    version: MinorVersion
    """Version of the engine."""

    node_type: Annotated[
        str, matching(r"cache\.[a-z0-9-]+\.[a-z0-9]+", 'an ElastiCache node type, such as "cache.r7g.large"')
    ]
    """ElastiCache node type."""

    replicas: Annotated[int, Field(ge=0, le=5)]
    """Replicas in addition to the primary; one or more enable automatic failover and Multi-AZ."""

    auth: Literal["token", "none"]
    """`token`: clients authenticate with the sensitive Terraform variable `redis_auth_token`; TLS is always on. The
    token of an existing cache cannot be removed (DDMS614)."""

    snapshots: Snapshots
    """Daily snapshots."""

    maintenance_window: WeeklyWindow
    """Weekly maintenance window, UTC."""

    apply_immediately: bool
    """Whether changes are applied immediately, or in the maintenance window."""

    parameters: Annotated[
        dict[Annotated[str, matching(r"[a-z][a-z0-9-]{0,62}", "the name of a Redis parameter")], str],
        Field(max_length=500),
    ]
    """Parameters of the parameter group, such as `maxmemory-policy`."""
