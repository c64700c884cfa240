"""The back end: values files of each add-on, equal to those of the Terraform releases, and of the application."""

from collections.abc import Iterator

from ddms_compile.addons import Addon, addons
from ddms_compile.emitter import Inputs
from ddms_compile.gates.document import yaml_artifact
from ddms_compile.kubernetes.values.application import app_values
from ddms_compile.provenance.artifact import Artifact
from ddms_compile.provenance.traced import Traced
from ddms_compile.resolve import Environment


def emit_addons(inputs: Inputs) -> Iterator[Artifact]:
    """Yield `generated/<environment>/helm/addons/<name>.yaml`; nothing for the tier `local`."""
    for environment in inputs.selected:
        if environment.tier != "local":
            for addon in addons(environment):
                yield _artifact(environment, addon)


def emit_values(inputs: Inputs) -> Iterator[Artifact]:
    """Yield `generated/<environment>/helm/values.yaml`, for the application's chart; nothing for the tier `local`."""
    for environment in inputs.selected:
        if environment.tier != "local":
            yield yaml_artifact(
                f"generated/{environment.name}/helm/values.yaml",
                app_values(environment),
                construct="helm.values",
                environment=environment.name,
                emitter="helm",
                header=APPLICATION,
            )


APPLICATION = (
    "Values of the application's chart. DATABASE_HOST and REDIS_HOST are outputs of the "
    "stack foundation:\n"
    "pass them when you install the chart, as generated/ci/deploy.sh does."
)


def _artifact(environment: Environment, addon: Addon) -> Artifact:
    return yaml_artifact(
        f"generated/{environment.name}/helm/addons/{addon.name}.yaml",
        Traced(addon.values, addon.exists),
        construct=f"helm.{addon.name}",
        environment=environment.name,
        emitter="helm",
        header=_header(addon),
    )


def _header(addon: Addon) -> str:
    return (
        f"Values of the release {addon.name} in the namespace {addon.namespace}, which the "
        "Terraform stack platform installs."
    )
