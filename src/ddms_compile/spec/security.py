"""`[security]`: auditing services of the account, encryption keys, and secret delivery."""

from typing import Annotated, Literal

from pydantic import Field

from ddms_compile.spec.base import Table


class Security(Table):
    """Auditing services, keys and secret delivery."""

    guardduty: bool
    """Whether this environment enables GuardDuty. Once per account and region: disable it in the others."""

    cloudtrail: bool
    """Whether this environment creates a CloudTrail trail of the account's API calls."""

    secrets: Literal["kubernetes", "external-secrets"]
    """How pods receive secrets. `external-secrets`: the External Secrets operator copies them from Secrets Manager
    into the cluster and propagates every rotation; `kubernetes`: only a deployment updates them, also after a
    rotation."""

    key_deletion_days: Annotated[int, Field(ge=7, le=30)]
    """Waiting period before a KMS key is deleted, in days."""
