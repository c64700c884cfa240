"""`[postgres]`: RDS for PostgreSQL."""

from typing import Annotated, Literal

from pydantic import Field

from ddms_compile.spec.base import WHOLE, Disk, MajorVersion, OptionalIdentifier, Table, WeeklyWindow, Window, matching


class Storage(Table):
    """The volume of the database (gp3, encrypted)."""

    initial: Disk
    """Size at creation; at least 20Gi."""

    max: Disk
    """Size up to which RDS grows it by itself; the same as `initial`: it does not."""


class Postgres(Table):
    """The database."""

    version: MajorVersion
    """Major version; AWS chooses the minor and keeps it patched."""

    allow_major_upgrade: bool
    """Whether the next apply may raise the major version: an outage of minutes, and no way back but a restore."""

    instance_class: Annotated[
        str, matching(r"db\.[a-z0-9-]+\.[a-z0-9]+", 'an RDS instance class, such as "db.r7g.large"')
    ]
    """RDS instance class."""

    storage: Storage
    """The volume."""

    multi_az: bool
    """Whether a standby runs in a second zone."""

    database: OptionalIdentifier
    """Name of the first database; empty: the project's name."""

    username: OptionalIdentifier
    """Name of the master user; empty: the project's name."""

    password: Literal["managed", "variable"]
    """`managed`: AWS makes, keeps and rotates the master password in Secrets Manager; `variable`: it is the sensitive

    Terraform variable `database_password`, passed by a write-only argument and never in the state."""

    backup_window: Window
    """When the daily backup is taken."""

    maintenance_window: WeeklyWindow
    """When AWS may patch."""

    deletion_protection: bool
    """Whether RDS refuses to delete the instance, and in production EKS the cluster."""

    final_snapshot: bool
    """Whether a snapshot is taken when the instance is deleted."""

    performance_insights: bool
    """Whether to keep 7 days of database load; not every class can."""

    monitoring_seconds: Annotated[Literal[0, 1, 5, 10, 15, 30, 60], WHOLE]
    """Interval of enhanced monitoring; 0: off."""

    apply_immediately: bool
    """Whether a change is applied at once, or in the maintenance window."""

    parameters: Annotated[
        dict[Annotated[str, matching(r"[a-z][a-z0-9_.]{0,62}", "the name of a PostgreSQL parameter")], str],
        Field(max_length=500),
    ]
    """Parameters of the parameter group; TLS is always forced."""
