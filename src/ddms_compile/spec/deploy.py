"""`[deploy]`: how the pipeline applies and deploys an environment."""

from typing import Annotated, Literal

from ddms_compile.spec.base import Runner, Table, matching


class Deploy(Table):
    """How the pipeline applies and deploys an environment."""

    runner: Runner
    """Runner label of the jobs that apply and deploy. The runner must reach the cluster's API, and runs no other
    job."""

    plan_on: Literal["pull-request", "branch"]
    """Trigger of plans.

    `pull-request`: each pull request, whose code then reads the environment's states and settings as the plan role,
    whatever its branch; `branch`: only the deployed branch, in the nightly drift detection.
    """

    user: Annotated[
        str,
        matching(
            r"|arn:aws[a-z-]*:iam::[0-9]{12}:user/[A-Za-z0-9_+=,.@/-]{1,512}",
            "the ARN of an IAM user, or an empty string",
        ),
    ]
    """With access keys (`ci.auth`): ARN of the IAM user in the environment's account that owns the keys; otherwise
    empty."""
