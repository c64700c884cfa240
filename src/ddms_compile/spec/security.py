"""`[security]`: services of the account that watch it, and how secrets reach the pods."""

from typing import Annotated, Literal

from pydantic import Field

from ddms_compile.spec.base import Table


class Security(Table):
    """Watchers and keys."""

    guardduty: bool
    """Whether this environment turns GuardDuty on. Once per account and region: leave it off in the others."""

    cloudtrail: bool
    """Whether this environment keeps a trail of the account's API calls."""

    secrets: Literal["kubernetes", "external-secrets"]
    """How secrets reach the pods. `external-secrets`: the External Secrets operator copies them from Secrets Manager

    into the cluster and follows every rotation; `kubernetes`: only a deployment writes them: a rotation needs one."""

    key_deletion_days: Annotated[int, Field(ge=7, le=30)]
    """Days in which the deletion of a KMS key can be undone."""
