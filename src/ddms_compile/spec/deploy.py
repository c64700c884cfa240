"""`[deploy]`: who applies and deploys an environment."""

from typing import Annotated, Literal

from ddms_compile.spec.base import Runner, Table, matching


class Deploy(Table):
    """Who applies and deploys an environment in the pipeline."""

    runner: Runner
    """Label of the runner. It must reach the API of the cluster, and runs nothing else: no check, plan or build."""

    plan_on: Literal["pull-request", "branch"]
    """What is planned. `pull-request`: each pull request, whose code then reads the environment's states and settings

    as the plan role, whatever its branch; `branch`: the deployed branch alone, in the nightly drift check."""

    user: Annotated[
        str,
        matching(
            r"|arn:aws[a-z-]*:iam::[0-9]{12}:user/[A-Za-z0-9_+=,.@/-]{1,512}",
            "the ARN of an IAM user, or an empty string",
        ),
    ]
    """With access keys (`ci.auth`): the IAM user in the environment's account whose keys they are; else empty."""
