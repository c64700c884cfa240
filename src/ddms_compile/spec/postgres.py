"""`[postgres]`: RDS for PostgreSQL."""

from typing import Annotated, Literal

from pydantic import Field

from ddms_compile.spec.base import WHOLE, Disk, MajorVersion, OptionalIdentifier, Table, WeeklyWindow, Window, matching


class Storage(Table):
    """The volume of the database (gp3, encrypted)."""

    initial: Disk
    """Initial size; at least 20Gi."""

    max: Disk
    """Maximum size of storage autoscaling; equal to `initial`: disabled."""


class Postgres(Table):
    """The database."""

    version: MajorVersion
    """Major version; AWS selects the minor version and patches it."""

    allow_major_upgrade: bool
    """Whether the next apply may raise the major version: minutes of downtime, and a restore is the only rollback."""

    instance_class: Annotated[
        str, matching(r"db\.[a-z0-9-]+\.[a-z0-9]+", 'an RDS instance class, such as "db.r7g.large"')
    ]
    """RDS instance class."""

    storage: Storage
    """The volume."""

    multi_az: bool
    """Whether a standby runs in a second zone."""

    database: OptionalIdentifier
    """Name of the initial database; empty: the project's name."""

    username: OptionalIdentifier
    """Name of the master user; empty: the project's name."""

    password: Literal["managed", "variable"]
    """`managed`: RDS creates, stores and rotates the master password in Secrets Manager; `variable`: it is the
    sensitive Terraform variable `database_password`, a write-only argument that is never stored in the state."""

    backup_window: Window
    """Daily backup window, UTC."""

    maintenance_window: WeeklyWindow
    """Weekly maintenance window, UTC."""

    deletion_protection: bool
    """Deletion protection of the database, and in production also of the EKS cluster."""

    final_snapshot: bool
    """Whether RDS takes a final snapshot when the instance is deleted."""

    performance_insights: bool
    """Whether Performance Insights retains 7 days of database load; not every class supports it."""

    monitoring_seconds: Annotated[Literal[0, 1, 5, 10, 15, 30, 60], WHOLE]
    """Interval of enhanced monitoring in seconds; 0 disables it."""

    apply_immediately: bool
    """Whether a change is applied at once, or in the maintenance window."""

    parameters: Annotated[
        dict[
            Annotated[
                str,
                matching(
                    r"[a-z][a-z0-9_.]{0,62}", "Whether changes are applied immediately, or in the maintenance window."
                ),
            ],
            str,
        ],
        Field(max_length=500),
    ]
    """Parameters of the parameter group; TLS is always enforced."""
