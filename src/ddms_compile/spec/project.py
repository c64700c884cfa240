"""`[project]`: what all environments share. Only in ddms.toml."""

from typing import Annotated

from pydantic import Field

from ddms_compile.spec.base import AccountId, Folder, Region, Slug, Table, matching


class GitHub(Table):
    """Numbers of the repository on GitHub, for the immutable form of its OIDC subject."""

    owner_id: Annotated[int, Field(ge=0)]
    """The organisation's number (`gh api orgs/ORG --jq .id`); 0: the subject carries names only."""

    repository_id: Annotated[int, Field(ge=0)]
    """The repository's number (`gh api repos/ORG/REPO --jq .id`); 0: the subject carries names only."""


class Project(Table):
    """The application and where it lives."""

    name: Slug
    """Short name; the first part of every name in the cloud."""

    repository: Annotated[
        str,
        matching(
            r"[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}",
            'a GitHub repository, such as "example/shop"',
        ),
    ]
    """The GitHub repository, `owner/name`."""

    region: Region
    """AWS region of what the whole project shares: the images and the state bucket."""

    account: AccountId
    """AWS account that holds the images."""

    chart: Folder
    """Folder of the application's Helm chart."""

    github: GitHub
    """Numbers of the repository on GitHub."""
