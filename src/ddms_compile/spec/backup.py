"""`[backup]`: backups, their schedules and retention."""

from typing import Annotated

from pydantic import Field

from ddms_compile.spec.base import Cron, Duration, Table


class Vault(Table):
    """AWS Backup: snapshots of the database in addition to RDS's own."""

    retention_days: Annotated[int, Field(ge=1, le=3650)]
    """Retention of a snapshot in days."""

    schedule: Cron
    """Cron schedule of the snapshots: five fields, UTC."""


class Velero(Table):
    """Backups of the cluster's objects and volumes, in a bucket."""

    enabled: bool
    """Whether Velero is installed."""

    schedule: Cron
    """Cron schedule of the backups: five fields, UTC."""

    ttl: Duration
    """Retention of a backup."""


class Backup(Table):
    """Backups and their retention."""

    rds_retention_days: Annotated[int, Field(ge=0, le=35)]
    """Retention of the automated backups in days, which is the window of point-in-time recovery; 0 disables them."""

    vault: Vault
    """AWS Backup."""

    velero: Velero
    """Velero."""
