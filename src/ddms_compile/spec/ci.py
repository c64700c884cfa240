"""`[ci]`: the pipeline."""

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
        'a version such as "1.2.0", "git+https://" with a full commit, a path that begins with "./", or empty',
    ),
    Field(max_length=500),
]
"""Where ddms-compile is installed from, exact to a release, a commit or a path of the repository. No form of it holds a
password, is an option of pip, or leaves the repository."""

Command = Annotated[
    str,
    matching(r"(?=.*\S)[^\x00-\x1f\x7f]*", 'a line of shell, such as "make test"'),
    Field(max_length=1000),
]
"""A line for bash."""


class Ci(Table):
    """The pipeline on GitHub Actions."""

    auth: Literal["oidc", "access-keys"]
    """How the pipeline reaches AWS: a role for each job, or keys kept as GitHub secrets."""

    branch: Annotated[
        str,
        matching(
            r"(?!HEAD$)(?!.*(?:\.\.|//|/\.|[./]$|\.lock(?:/|$)))[A-Za-z0-9][A-Za-z0-9._/-]{0,99}",
            'the name of a branch as `git check-ref-format --branch` takes it, such as "main"',
        ),
    ]
    """The branch that is deployed."""

    compiler: Compiler
    """What the pipeline installs as ddms-compile, to check that what is committed follows from the data.

    `"1.2.0"`: that release, from the package index, with `@sha256:` and the hash of its wheel if you like;
    `"git+https://…@<commit>"`: a commit; `"./tools/ddms_compile-1.2.0-py3-none-any.whl"` or `"."`: a wheel or a source
    folder of this repository. Empty: the release that builds.
    """

    package_index: Annotated[
        str,
        matching(
            rf"|https://{HOST_PATTERN}(?::[0-9]{{1,5}})?{_SEGMENTS}*/?",
            "the https:// address of a package index, without a user and a password, or empty",
        ),
    ]
    """Package index of ddms-compile and all that it needs; empty: pip's own. The job that installs from it has no
    secrets, because it runs for forks too."""

    check: Annotated[tuple[Command, ...], Field(strict=False, max_length=50)]
    """Further commands that every push and pull request must pass, each a step at the root of the repository. They are
    code of the project: they have no secrets, and a token that can only read."""

    runner: Runner
    """Label of the runner of checks, plans and images. It runs code of pull requests: one that GitHub hosts."""

    arm_runner: Runner
    """Label of the runner that builds images for arm64 nodes without emulation."""

    node: Annotated[str, matching(r"[0-9]{2}", 'a major version of Node.js, such as "24"')]
    """Node.js in the pipeline."""

    terraform: Pin
    """Terraform in the pipeline."""

    helm: Pin
    """Helm in the pipeline."""

    sign_images: bool
    """Whether images are signed, and deployed only with the signature of this pipeline.

    The transparency log of Sigstore, which everybody may read, then names the repository, its branch and each commit
    that is released, also of a private repository.
    """

    cosign: Pin
    """cosign in the pipeline, which signs and verifies."""

    drift_check: Cron
    """When the nightly drift check runs: five cron fields, UTC."""
