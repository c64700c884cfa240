"""`[backup]`: what can be brought back, and from when."""

from typing import Annotated

from pydantic import Field

from ddms_compile.spec.base import Cron, Duration, Table


class Vault(Table):
    """AWS Backup: snapshots of the database outside RDS's own."""

    retention_days: Annotated[int, Field(ge=1, le=3650)]
    """Days to keep a snapshot."""

    schedule: Cron
    """When a snapshot is taken."""


class Velero(Table):
    """Backups of the cluster's objects and volumes, in a bucket."""

    enabled: bool
    """Whether Velero runs."""

    schedule: Cron
    """When a backup is taken."""

    ttl: Duration
    """How long a backup is kept."""


class Backup(Table):
    """What can be brought back."""

    rds_retention_days: Annotated[int, Field(ge=0, le=35)]
    """Days back to which the database can be restored to any second; 0: automated backups are off."""

    vault: Vault
    """AWS Backup."""

    velero: Velero
    """Velero."""
