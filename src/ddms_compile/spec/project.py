"""`[project]`: settings that all environments share. Only in ddms.toml."""

from typing import Annotated

from pydantic import Field

from ddms_compile.spec.base import AccountId, Folder, Region, Slug, Table, matching


class GitHub(Table):
    """Numeric IDs of the repository on GitHub, for the immutable form of its OIDC subject claim."""

    owner_id: Annotated[int, Field(ge=0)]
    """ID of the organization (`gh api orgs/ORG --jq .id`); 0: the subject claim contains names only."""

    repository_id: Annotated[int, Field(ge=0)]
    """ID of the repository (`gh api repos/ORG/REPO --jq .id`); 0: the subject claim contains names only."""


class Project(Table):
    """The application, its repository, and the account of its images."""

    name: Slug
    """Short name; the prefix of every name in the cloud."""

    repository: Annotated[
        str,
        matching(
            r"[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}",
            'a GitHub repository, such as "example/shop"',
        ),
    ]
    """The GitHub repository, `owner/name`."""

    region: Region
    """AWS region of project-wide resources: the images and the state bucket."""

    account: AccountId
    """AWS account ID of the image repositories."""

    chart: Folder
    """Folder of the application's Helm chart."""

    github: GitHub
    """Numeric IDs of the repository on GitHub."""
