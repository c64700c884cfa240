"""The job verify-images, between push and first deployment, on a GitHub-hosted runner with read-only access."""

import json
from collections.abc import Sequence

from ddms_compile.github.expressions import WorkflowTable
from ddms_compile.github.images import JOB as IMAGES
from ddms_compile.github.images import Built, image_lines, keys_of_home, log_in, on_branch
from ddms_compile.github.signing import identity, set_up_cosign
from ddms_compile.github.stages import Stage
from ddms_compile.github.steps import check_out, permissions, script, uses
from ddms_compile.resolve.images import registry

JOB = "verify-images"

READ = (
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:GetAuthorizationToken",
    "ecr:GetDownloadUrlForLayer",
)
"""Listing and reading signatures needs the permissions of a pull (ECR API reference, ListImageReferrers)."""

READ_ONLY = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": READ, "Resource": "*"}]},
    separators=(",", ":"),
)


def verify_images(stages: Sequence[Stage], images: Sequence[Built]) -> WorkflowTable:
    """Return the job that verifies all images of a commit by digest; deployments use the same digests."""
    first = stages[0]
    return {
        "name": "Verify image signatures",
        "if": on_branch(first),
        "needs": [IMAGES],
        "runs-on": first.of(first.environment.read(lambda s: s.ci.runner)),
        "timeout-minutes": 15,
        **keys_of_home(stages),
        "permissions": permissions(first.roles),
        "steps": [
            check_out(),
            log_in(first, only=READ_ONLY),
            {"name": "Log in to ECR", "uses": uses("aws-actions/amazon-ecr-login")},
            *set_up_cosign(first),
            script(
                "verify-images",
                "Verify the signatures",
                {
                    "REGISTRY": first.of(first.environment.read(registry)),
                    "IMAGES": image_lines(first, images),
                    "IDENTITY": identity(first),
                },
            ),
        ],
    }
