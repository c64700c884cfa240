"""`[ci]`: the pipeline."""

from typing import Annotated, Literal

from ddms_compile.spec.base import Cron, Runner, Table, matching
from ddms_compile.spec.versions import Pin


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
