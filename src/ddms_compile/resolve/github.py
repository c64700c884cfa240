"""How the pipeline on GitHub is known to AWS: roles, and the subjects of the tokens that may take them on."""

from dataclasses import dataclass

from ddms_compile.provenance.traced import Traced, derive, text
from ddms_compile.resolve.environment import Environment
from ddms_compile.resolve.names import Names
from ddms_compile.spec import EnvironmentSpec

ISSUER = "token.actions.githubusercontent.com"
AUDIENCE = "sts.amazonaws.com"

APPLY_SECONDS = 7200
"""How long the role that applies is taken on. Without it: an hour, and an upgrade of a cluster may take longer; the
state could not be saved any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleNames:
    """Names of the roles; at most 64 characters each (IAM)."""

    plan: Traced[str]
    """Reads the environment, for a plan in a pull request and the nightly drift check."""

    apply: Traced[str]
    """Applies the environment's stacks."""

    deploy: Traced[str]
    """Installs the application's chart into the environment's cluster."""

    boundary: Traced[str]
    """The permissions boundary of the apply role, and of every role that it makes: a policy, not a role."""

    push: Traced[str]
    """Pushes images. Once, in the project's account."""


def role_names(names: Names) -> RoleNames:
    """The roles that serve one environment."""
    return RoleNames(
        plan=names.of("github-plan"),
        apply=names.of("github-apply"),
        deploy=names.of("github-deploy"),
        boundary=names.of("boundary"),
        push=text("{}-github-push", names.project),
    )


def uses_roles(environment: Environment) -> Traced[bool]:
    """Whether the pipeline takes on roles here: not with access keys, and not where the state is a file on a disk."""
    return environment.read(lambda s: s.ci.auth == "oidc" and s.state.backend == "s3")


def plans_requests(environment: Environment) -> Traced[bool]:
    """Whether pull requests are planned, with the role that reads."""
    return environment.read(lambda s: s.deploy.plan_on == "pull-request")


def subjects(environment: Environment, context: str | Traced[str]) -> Traced[list[str]]:
    """The subjects of a token for `context`, such as `pull_request` or `environment:prod`.

    Repositories made since July 2026, and those that opted in, carry their numbers in the subject; when the numbers are
    known, both forms are admitted.
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
