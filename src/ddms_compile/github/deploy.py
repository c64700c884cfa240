"""The job deploy: apply one environment's stacks, install the application, and run the smoke test.

It is one job, because GitHub asks for approval of each job in an environment: a release is approved once.
"""

from ddms_compile.github.expressions import WorkflowExpression, WorkflowTable, WorkflowTree, expression, secret
from ddms_compile.github.images import JOB as IMAGES
from ddms_compile.github.images import Built, own_image
from ddms_compile.github.stages import Stage
from ddms_compile.github.steps import (
    Step,
    changing,
    check_out,
    check_superseded,
    credentials,
    script,
    set_up_helm,
    set_up_terraform,
)
from ddms_compile.github.terraform import apply_steps
from ddms_compile.provenance.traced import text
from ddms_compile.resolve.delivery import GIVEN, deployment, smoke
from ddms_compile.resolve.github import role_names
from ddms_compile.resolve.interfaces import HANDED_ON
from ddms_compile.resolve.secrets import SecretStore, ci_secrets
from ddms_compile.spec import EnvironmentSpec

LONGEST_JOB = 300
"""Timeout in minutes: longer than all steps together, shorter than GitHub's limit of 360."""

DEPLOY_MINUTES = 58
"""Less than the hour of the role session: wait for a stuck release and roll it back, then upgrade, then roll back."""


def deploy_job(stage: Stage) -> str:
    """Return the name of the job that deploys to the environment."""
    return f"deploy-{stage.name}"


def deploy(
    stage: Stage, condition: WorkflowExpression, needs: list[WorkflowTree], images: tuple[Built, ...]
) -> WorkflowTable:
    """Return the job, in the GitHub environment: apply the stacks in order, then write the secrets and the chart."""
    environment, names = stage.environment, stage.environment.names
    read = environment.read
    return {
        "name": f"Deploy {stage.name}",
        "if": condition,
        "needs": needs,
        "runs-on": stage.of(read(lambda s: s.deploy.runner)),
        "timeout-minutes": LONGEST_JOB,
        "environment": {
            "name": stage.of(names.environment),
            "url": stage.of(text("https://{}/", environment.hosts.app)),
        },
        # A newer pending run replaces an older one.
        "concurrency": {"group": deploy_job(stage), "cancel-in-progress": False},
        "permissions": changing(stage.roles),
        "steps": [
            check_out(),
            check_superseded(stage.of(names.environment)),
            set_up_terraform(stage.of(read(lambda s: s.ci.terraform))),
            set_up_helm(stage.of(read(lambda s: s.ci.helm))),
            *apply_steps(stage),
            *_deploy_steps(stage, images),
            script(
                "smoke",
                "Check the public endpoints",
                {name: stage.of(value) for name, value in smoke(environment).items()},
            ),
        ],
    }


def _deploy_steps(stage: Stage, images: tuple[Built, ...]) -> list[Step]:
    environment, names = stage.environment, stage.environment.names
    return [
        credentials(
            stage.of(environment.read(lambda s: s.aws.region)),
            stage.of(names.account),
            stage.role(role_names(names).deploy),
            stage.roles,
        ),
        {**script("deploy", "Deploy", _variables(stage, images)), "timeout-minutes": DEPLOY_MINUTES},
    ]


def _variables(stage: Stage, images: tuple[Built, ...]) -> WorkflowTable:
    variables: WorkflowTable = {name: stage.of(value) for name, value in deployment(stage.environment).items()}
    for output in HANDED_ON:
        variables[output.upper()] = WorkflowExpression(f"steps.apply-foundation.outputs.{output}")
    for image in images:
        if stage in image.stages:
            keys = own_image(stage, image.workload).keys
            variables[f"{image.workload.upper()}_IMAGE"] = WorkflowExpression(
                f"needs.{IMAGES}.outputs.{image.name}", keys
            )
    variables["RESUME"] = expression("inputs.resume == {}", stage.of(stage.environment.names.environment))
    return variables | _given(stage)


def _given(stage: Stage) -> dict[str, WorkflowExpression]:
    """Return the secrets whose only store is GitHub."""

    def query(spec: EnvironmentSpec) -> list[str]:
        workloads = (spec.workloads.backend, spec.workloads.frontend)
        return [each.secrets[name].source for each in workloads for name in each.secrets]

    keys = stage.of(stage.environment.read(query)).keys
    names = [item.in_ci for item in ci_secrets(stage.environment) if item.store is SecretStore.GITHUB]
    return {
        f"{GIVEN}{name}": secret(name, keys)
        for name in names
        if name is not None and name not in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
    }
