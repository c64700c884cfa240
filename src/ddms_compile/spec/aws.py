"""`[aws]` and `[state]`: account, region and tags of an environment, and the location of its Terraform state."""

from typing import Annotated, Literal

from pydantic import Field

from ddms_compile.spec.base import AccountId, Region, Table, matching


class Existing(Table):
    """How the resources that exist once per account are managed.

    `create`: the resource does not exist yet; `import`: it exists, and Terraform takes over its management; `reuse`:
    it exists, is managed elsewhere, and Terraform looks it up. All environments in one account need the same values.
    """

    github_oidc: Literal["create", "import", "reuse"]
    """GitHub's OIDC identity provider in IAM; an account has at most one provider of that URL."""

    state_bucket: Literal["create", "import"]
    """The bucket of the Terraform states; an import sets its encryption, versioning and policy."""

    images: Literal["create", "reuse"]
    """The ECR repositories `<project>/<workload>`, in `project.account`."""

    guardduty: Literal["create", "import", "reuse"]
    """The GuardDuty detector of the region, if `security.guardduty` is on."""


class Aws(Table):
    """The account and region of an environment."""

    account: AccountId
    """AWS account ID; Terraform refuses to run in any other account."""

    region: Region
    """AWS region of all resources except those of global services."""

    existing: Existing
    """Account-wide resources that already exist, and are not created again."""

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
    """Tags of every resource, in addition to the compiler's (project, environment, managed-by)."""


class State(Table):
    """Terraform state."""

    backend: Literal["s3", "local"]
    """`s3`: a bucket with a lock file beside each state; `local`: files beside the stacks, for experiments."""

    bucket: Annotated[str, Field(max_length=63)]
    """Name of the bucket; empty: `<project>-<account>-tfstate`, which the bootstrap stack creates."""
