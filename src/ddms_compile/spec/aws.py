"""`[aws]` and `[state]`: where an environment lives, and where Terraform keeps what it knows."""

from typing import Annotated, Literal

from pydantic import Field

from ddms_compile.spec.base import AccountId, Region, Table, matching


class Existing(Table):
    """What an account has once, and may have already.

    `create`: there is none yet; `import`: it is there, and Terraform takes it over; `reuse`: it is there, others
    manage it, and Terraform looks it up. Environments in one account must agree.
    """

    github_oidc: Literal["create", "import", "reuse"]
    """GitHub's OIDC identity provider in IAM; a provider of that URL exists once in an account."""

    state_bucket: Literal["create", "import"]
    """The bucket of Terraform's states; an import sets its encryption, versioning and policy."""

    images: Literal["create", "reuse"]
    """The ECR repositories `<project>/<workload>`, in `project.account`."""

    guardduty: Literal["create", "import", "reuse"]
    """The GuardDuty detector of the region, where `security.guardduty` is on."""


class Aws(Table):
    """The account and region of an environment."""

    account: AccountId
    """The account; Terraform refuses to run in another."""

    region: Region
    """The region of everything but the global services."""

    existing: Existing
    """What the account has already, and is not to be created a second time."""

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
