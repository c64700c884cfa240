"""The runner that deploys reaches the cluster, and runs no code of pull requests."""

from collections.abc import Iterator

from ddms_compile.catalog.runners import github_hosted
from ddms_compile.load import Finding
from ddms_compile.spec import EnvironmentSpec
from ddms_compile.validate.rules.rule import Specs, at, error

UNREACHABLE, SHARED = "DDMS276", "DDMS277"
ANYWHERE = "0.0.0.0/0"


def check(specs: Specs) -> Iterator[Finding]:
    for name, spec in specs.cloud():
        if spec.state.backend != "s3":
            continue
        if github_hosted(spec.deploy.runner):
            yield from _reach(name, spec)
        elif spec.deploy.runner in (spec.ci.runner, spec.ci.arm_runner):
            key = "runner" if spec.deploy.runner == spec.ci.runner else "arm_runner"
            yield error(
                SHARED,
                f"the runner that deploys {name} also runs the code of pull requests and image builds",
                at(name, "deploy", "runner", label="applies and deploys"),
                'write runner = "ubuntu-24.04" and arm_runner = "ubuntu-24.04-arm" under [ci] in ddms.toml',
                related=(at(name, "ci", key, label="checks, plans and builds"),),
                notes=("anyone who may open a pull request could reach the cluster from it",),
            )


def _reach(name: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    endpoint = spec.cluster.endpoint
    if endpoint.public and ANYWHERE in endpoint.public_cidrs:
        return
    key = ("public_cidrs",) if endpoint.public else ("public",)
    yield error(
        UNREACHABLE,
        f"the pipeline cannot reach the cluster of {name}: its runner is GitHub-hosted",
        at(name, "deploy", "runner", label="has no fixed IP address"),
        f'write runner = "…" under [deploy] in environments/{name}.toml: '
        + "the label of a self-hosted runner that the cluster allows",
        related=(at(name, "cluster", "endpoint", *key, label="allowed ranges of the API endpoint"),),
        notes=("the IP addresses of GitHub-hosted runners change with each job and are shared with other customers",),
    )
