"""The identity of the pipeline in AWS: role names, and OIDC subject claims of the trust policies."""

from dataclasses import dataclass

from ddms_compile.provenance.traced import Traced, derive, text
from ddms_compile.resolve.environment import Environment
from ddms_compile.resolve.names import Names
from ddms_compile.spec import EnvironmentSpec

ISSUER = "token.actions.githubusercontent.com"
AUDIENCE = "sts.amazonaws.com"

APPLY_SECONDS = 7200
"""Session duration of the apply role. The default of an hour is too short for a cluster upgrade, whose state would be
lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleNames:
    """Names of the roles; at most 64 characters each (IAM)."""

    plan: Traced[str]
    """Reads the environment, for plans of pull requests and the nightly drift detection."""

    apply: Traced[str]
    """Applies the environment's stacks."""

    deploy: Traced[str]
    """Installs the application's chart into the environment's cluster."""

    boundary: Traced[str]
    """The permissions boundary (a policy) of the apply role, and of every role that it creates."""

    push: Traced[str]
    """Pushes images; one role, in the project's account."""


def role_names(names: Names) -> RoleNames:
    """Return the names of one environment's roles."""
    return RoleNames(
        plan=names.of("github-plan"),
        apply=names.of("github-apply"),
        deploy=names.of("github-deploy"),
        boundary=names.of("boundary"),
        push=text("{}-github-push", names.project),
    )


def uses_roles(environment: Environment) -> Traced[bool]:
    """Return whether the pipeline assumes roles: not with access keys, and not with a local state."""
    return environment.read(lambda s: s.ci.auth == "oidc" and s.state.backend == "s3")


def plans_requests(environment: Environment) -> Traced[bool]:
    """Return whether pull requests are planned, with the read-only role."""
    return environment.read(lambda s: s.deploy.plan_on == "pull-request")


def subjects(environment: Environment, context: str | Traced[str]) -> Traced[list[str]]:
    """Return the OIDC subject claims for `context`, such as `pull_request` or `environment:prod`.

    Repositories created since July 2026, and those that opted in, have their IDs in the subject; when the IDs are
    known, both forms are accepted.
    """
    return derive(_subjects, environment.read(_repositories), context)


def _repositories(spec: EnvironmentSpec) -> list[str]:
    repository, numbers = spec.project.repository, spec.project.github
    if not (numbers.owner_id and numbers.repository_id):
        return [repository]
    owner, _, name = repository.partition("/")
    return [repository, f"{owner}@{numbers.owner_id}/{name}@{numbers.repository_id}"]


def _subjects(repositories: list[str], context: str) -> list[str]:
    return [f"repo:{repository}:{context}" for repository in repositories]
