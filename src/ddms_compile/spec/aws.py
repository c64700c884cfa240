"""`[aws]` and `[state]`: where an environment lives, and where Terraform keeps what it knows."""

from typing import Annotated, Literal

from pydantic import Field

from ddms_compile.spec.base import AccountId, Region, Table, matching


class Aws(Table):
    """The account and region of an environment."""

    account: AccountId
    """The account; Terraform refuses to run in another."""

    region: Region
    """The region of everything but the global services."""

    tags: dict[
        Annotated[
            str,
            matching(r"(?!aws:)[\w .:/=+@-]{1,128}", "a tag key of at most 128 characters, not starting with aws:"),
        ],
        Annotated[
            str,
            matching(r"[\w .:/=+@-]{0,256}", "a tag value: at most 256 letters, digits, spaces and _ . : / = + - @"),
        ],
    ]
    """Tags on every resource, beside those of the compiler (project, environment, managed-by)."""


class State(Table):
    """Terraform's state."""

    backend: Literal["s3", "local"]
    """`s3`: a bucket with a lock file beside each state; `local`: files beside the stacks, for trials."""

    bucket: Annotated[str, Field(max_length=63)]
    """Name of the bucket; empty: `<project>-<account>-tfstate`, which the bootstrap stack makes."""
