"""The job deploy: the application into one environment's cluster, and a look from outside."""

from typing import Any

from ddms_compile.resolve.delivery import GIVEN, deployment, smoke
from ddms_compile.resolve.github import role_names
from ddms_compile.resolve.secrets import Place, ci_secrets
from ddms_compile.spec import EnvironmentSpec
from ddms_compile.synthesize.workflows.expressions import Expression, secret
from ddms_compile.synthesize.workflows.images import JOB as IMAGES
from ddms_compile.synthesize.workflows.images import Built, own_image
from ddms_compile.synthesize.workflows.stages import Stage
from ddms_compile.synthesize.workflows.steps import changing, check_out, credentials, script, turn, uses
from ddms_compile.synthesize.workflows.terraform import apply_job
from ddms_compile.traced import text


def deploy_job(stage: Stage) -> str:
    """Name of the job that deploys into the environment."""
    return f"deploy-{stage.name}"


def deploy(stage: Stage, condition: Expression, images: tuple[Built, ...]) -> dict[str, Any]:
    """Its secrets and its chart; taken back when it does not come up."""
    environment, names = stage.environment, stage.environment.names
    read = environment.read
    version = stage.of(read(lambda s: s.ci.helm))
    return {
        "name": f"Deploy {stage.name}",
        "if": condition,
        "needs": [*([IMAGES] if images else []), apply_job(stage)],
        "runs-on": stage.of(read(lambda s: s.ci.runner)),
        "timeout-minutes": 40,
        "environment": {
            "name": stage.of(names.environment),
            "url": stage.of(text("https://{}/", environment.hosts.app)),
        },
        "concurrency": {"group": deploy_job(stage), "cancel-in-progress": False},
        "permissions": changing(stage.roles),
        "steps": [
            check_out(),
            turn(stage.of(names.environment), "deploy"),
            {
                "name": "Set up Helm",
                "uses": uses("Azure/setup-helm"),
                "with": {"version": version.map(lambda pin: f"v{pin.removeprefix('v')}")},
            },
            credentials(
                stage.of(read(lambda s: s.aws.region)),
                stage.of(names.account),
                stage.role(role_names(names).deploy),
                stage.roles,
            ),
            script("deploy", "Deploy", _variables(stage, images)),
            script("smoke", "Look from outside", {name: stage.of(value) for name, value in smoke(environment).items()}),
        ],
    }


def _variables(stage: Stage, images: tuple[Built, ...]) -> dict[str, Any]:
    variables: dict[str, Any] = {name: stage.of(value) for name, value in deployment(stage.environment).items()}
    for variable, address in (
        ("DATABASE_HOST", "database_host"),
        ("DATABASE_SECRET", "database_secret"),
        ("REDIS_HOST", "redis_host"),
    ):
        variables[variable] = Expression(f"needs.{apply_job(stage)}.outputs.{address}")
    for image in images:
        if stage in image.stages:
            keys = own_image(stage, image.workload).keys
            variables[f"{image.workload.upper()}_IMAGE"] = Expression(f"needs.{IMAGES}.outputs.{image.name}", keys)
    return variables | _given(stage)


def _given(stage: Stage) -> dict[str, Expression]:
    """The secrets that are kept on GitHub alone."""

    def query(spec: EnvironmentSpec) -> list[str]:
        workloads = (spec.workloads.backend, spec.workloads.frontend)
        return [each.secrets[name].source for each in workloads for name in each.secrets]

    keys = stage.of(stage.environment.read(query)).keys
    names = [item.in_ci for item in ci_secrets(stage.environment) if item.place is Place.GITHUB]
    return {
        f"{GIVEN}{name}": secret(name, keys)
        for name in names
        if name is not None and name not in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
    }
