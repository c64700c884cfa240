"""The bucket of Terraform's states, with a separate KMS key."""

from dataclasses import dataclass

from ddms_compile.resolve.accounts import Account
from ddms_compile.resolve.names import state_key_alias
from ddms_compile.terraform.components.bucket import private_bucket
from ddms_compile.terraform.components.keys import project_key
from ddms_compile.terraform.expression import Expression
from ddms_compile.terraform.stack import Handle, Stack

OLD_STATES_DAYS = 365
"""Days that overwritten states are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StateBucket:
    """A bucket, and the KMS key of its objects."""

    name: str
    bucket: Handle
    key: Expression


def state_buckets(stack: Stack, account: Account) -> list[StateBucket]:
    """Add one bucket per name that the account's environments use: usually one."""
    scope = stack.component("state")
    if not account.state_buckets:
        return []
    exists = frozenset().union(*(bucket.keys for _, bucket in account.state_buckets))
    key = project_key(scope, "state", state_key_alias(account.project), "Terraform states", exists=exists)
    made = []
    for name, bucket_name in account.state_buckets:
        bucket = private_bucket(
            scope, name, bucket_name, key=key, old_versions_days=OLD_STATES_DAYS, exists=bucket_name.keys
        )
        mode = account.existing.state_bucket
        if mode.value == "import":
            stack.adopt(bucket, bucket_name, exists | mode.keys)
        scope.output(name, bucket.ref("id"), "A bucket of Terraform states", exists=bucket_name.keys)
        made.append(StateBucket(name=name, bucket=bucket, key=key))
    return made
