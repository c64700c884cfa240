"""`[ci]`: the pipeline on GitHub Actions."""

from typing import Annotated, Literal

from pydantic import Field

from ddms_compile.spec.base import HOST_PATTERN, Cron, Runner, Table, matching
from ddms_compile.spec.versions import Pin

_RELEASE = r"[0-9]{1,5}(?:\.[0-9]{1,5}){1,3}(?:(?:a|b|rc)[0-9]{1,5})?"
_SEGMENTS = r"(?:/[A-Za-z0-9][A-Za-z0-9._-]*)"

Compiler = Annotated[
    str,
    matching(
        rf"|{_RELEASE}(?:@sha256:[0-9a-f]{{64}})?|git\+https://{HOST_PATTERN}{_SEGMENTS}+@[0-9a-f]{{40}}|\.{_SEGMENTS}*",
        'a version such as "1.2.0", "git+https://" with a full commit hash, a path that starts with "./", or empty',
    ),
    Field(max_length=500),
]
"""Origin of ddms-compile, pinned to a release, a commit or a path of the repository. No form of it contains a
password, is an option of pip, or points outside the repository."""

Command = Annotated[
    str,
    matching(r"(?=.*\S)[^\x00-\x1f\x7f]*", 'a shell command, such as "make test"'),
    Field(max_length=1000),
]
"""A bash command."""


class Ci(Table):
    """The pipeline on GitHub Actions."""

    auth: Literal["oidc", "access-keys"]
    """Authentication of the pipeline to AWS: an IAM role per job by OIDC, or access keys in GitHub secrets."""

    branch: Annotated[
        str,
        matching(
            r"(?!HEAD$)(?!.*(?:\.\.|//|/\.|[./]$|\.lock(?:/|$)))[A-Za-z0-9][A-Za-z0-9._/-]{0,99}",
            'a branch name that `git check-ref-format --branch` accepts, such as "main"',
        ),
    ]
    """Branch that the pipeline deploys."""

    compiler: Compiler
    """Release of ddms-compile that the pipeline installs to check the generated files.

    `"1.2.0"`: that release, from the package index, optionally with `@sha256:` and the hash of its wheel;
    `"git+https://…@<commit>"`: a commit; `"./tools/ddms_compile-1.2.0-py3-none-any.whl"` or `"."`: a wheel or a
    source folder of this repository. Empty: the release that runs the build.
    """

    package_index: Annotated[
        str,
        matching(
            rf"|https://{HOST_PATTERN}(?::[0-9]{{1,5}})?{_SEGMENTS}*/?",
            "the https:// URL of a package index, without a username and a password, or empty",
        ),
    ]
    """Package index of ddms-compile and its dependencies; empty: pip's default. The job that installs from it has no
    secrets, because it also runs for forks."""

    check: Annotated[tuple[Command, ...], Field(strict=False, max_length=50)]
    """Additional commands that every push and pull request must pass, each a step at the root of the repository.
    They are code of the project: they run without secrets and with a read-only token."""

    runner: Runner
    """Runner label of checks, plans and image builds. It runs code of pull requests: use a GitHub-hosted runner."""

    arm_runner: Runner
    """Runner label of image builds for arm64 nodes, without emulation."""

    node: Annotated[str, matching(r"[0-9]{2}", 'a major version of Node.js, such as "24"')]
    """Node.js version in the pipeline."""

    terraform: Pin
    """Terraform version in the pipeline."""

    helm: Pin
    """Helm version in the pipeline."""

    sign_images: bool
    """Whether the pipeline signs images and deploys only images with its signature.

    Sigstore's public transparency log then contains the name of the repository, its branch and each released commit,
    even if the repository is private.
    """

    cosign: Pin
    """Version of cosign, which signs and verifies images in the pipeline."""

    drift_check: Cron
    """Cron schedule of the drift detection: five fields, UTC."""
