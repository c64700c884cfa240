"""The job docker-build-push: the images of a commit, once for all environments."""

from collections.abc import Sequence
from typing import Any

from ddms_compile.resolve.delivery import WORKLOADS, architectures
from ddms_compile.resolve.github import role_names
from ddms_compile.resolve.images import registry
from ddms_compile.resolve.names import repository
from ddms_compile.resolve.roles import partition_of
from ddms_compile.synthesize.workflows.expressions import Expression, expression
from ddms_compile.synthesize.workflows.stages import Stage
from ddms_compile.synthesize.workflows.steps import Step, check_out, credentials, permissions, uses
from ddms_compile.traced import Traced, derive, text

JOB = "docker-build-push"
FIND = """\
digest="$(aws ecr describe-images --region "$REGION" --repository-name "$REPOSITORY" \\
  --image-ids "imageTag=$TAG" --query 'imageDetails[0].imageDigest' --output text)" || digest=""
echo "digest=$digest" >>"$GITHUB_OUTPUT"
"""


def own_images(stage: Stage, workload: str) -> Traced[bool]:
    """Whether the environment runs the project's own image of the workload; else it names another."""
    return stage.of(stage.environment.read(lambda s: not getattr(s.workloads, workload).image.repository))


def built(stages: Sequence[Stage]) -> tuple[str, ...]:
    """The workloads whose images the pipeline builds."""
    return tuple(workload for workload in WORKLOADS if any(own_images(stage, workload).value for stage in stages))


def docker_build_push(stages: Sequence[Stage]) -> dict[str, Any]:
    """Built for the processors of all nodes, and pushed to ECR under the number of the commit."""
    first = stages[0]
    read = first.environment.read
    account = first.of(read(lambda s: s.project.account))
    roles = first.of(read(lambda s: s.ci.auth == "oidc"))
    push = role_names(first.environment.names).push
    role = text("arn:{}:iam::{}:role/{}", first.of(partition_of(first.environment)), account, first.of(push))
    home = [stage for stage in stages if stage.environment.names.account.value == account.value]
    # Keys are kept in GitHub environments, and those of the project's account with an environment that is there.
    kept = {} if roles.value or not home else {"environment": Traced(home[0].name, roles.keys | home[0].exists)}
    names = built(stages)
    return {
        "name": "Build and push images",
        "if": on_branch(first),
        "needs": ["lint-test"],
        "runs-on": first.of(read(lambda s: s.ci.runner)),
        "timeout-minutes": 60,
        **kept,
        "permissions": permissions(roles),
        "outputs": {name: _output(name) for name in names},
        "steps": [
            check_out(),
            credentials(first.of(read(lambda s: s.project.region)), account, role, roles),
            {"name": "Log in to ECR", "uses": uses("aws-actions/amazon-ecr-login")},
            {"name": "Set up emulation", "uses": uses("docker/setup-qemu-action")},
            {"name": "Set up BuildKit", "uses": uses("docker/setup-buildx-action")},
            *(step for name in names for step in _image(stages, name)),
        ],
    }


def on_branch(first: Stage) -> Expression:
    """Whether this is a push to the branch that is deployed."""
    branch = first.of(first.environment.read(lambda s: s.ci.branch))
    return expression("github.event_name == 'push' && github.ref == {}", text("refs/heads/{}", branch))


def _image(stages: Sequence[Stage], workload: str) -> list[Step]:
    first = stages[0]
    read = first.environment.read
    name = first.of(repository(first.environment.names.project, workload))
    reference = text("{}/{}", first.of(read(registry)), name)
    platforms = derive(
        lambda *found: ",".join(f"linux/{each}" for each in sorted({a for group in found for a in group})),
        *(stage.of(architectures(stage.environment)) for stage in stages),
    )
    return [
        {
            # Tags of the registry never change: a run that is repeated takes the image of the first time.
            "name": f"Look for the {workload}",
            "id": f"find-{workload}",
            "run": FIND,
            "env": {
                "REGION": first.of(read(lambda s: s.project.region)),
                "REPOSITORY": name,
                "TAG": Expression("github.sha"),
            },
        },
        {
            "name": f"Build the {workload}",
            "id": f"build-{workload}",
            "if": Expression(f"steps.find-{workload}.outputs.digest == ''"),
            "uses": uses("docker/build-push-action"),
            "with": {
                "context": first.of(read(lambda s: getattr(s.workloads, workload).image.context)),
                "file": f"generated/images/{workload}/Dockerfile",
                "platforms": platforms,
                "provenance": "mode=max",
                "push": True,
                "sbom": True,
                "tags": expression("format({}, {}, github.sha)", "{0}:{1}", reference),
            },
        },
    ]


def _output(workload: str) -> Expression:
    """What a chart's values need: tag and digest."""
    digest = f"steps.find-{workload}.outputs.digest || steps.build-{workload}.outputs.digest"
    return expression(f"format({{}}, github.sha, {digest})", "{0} {1}")
