"""The AWS accounts of a project, and the resources that exist once per account.

An account belongs to several environments, so its keys have the form `<environment>:<key>`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from ddms_compile.provenance.traced import Keys, Traced, text
from ddms_compile.resolve.environment import Environment
from ddms_compile.resolve.github import plans_requests, role_names, subjects, uses_roles
from ddms_compile.resolve.interfaces import POSTGRES_ENTRY, REDIS_ENTRY
from ddms_compile.resolve.names import repository
from ddms_compile.resolve.roles import partition_of
from ddms_compile.spec import EnvironmentSpec

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """An environment in its account. `exists`: the keys that place it in this account."""

    name: str
    exists: Keys
    prefix: Traced[str]
    state_bucket: Traced[str] | None
    """None: the state is a local file."""

    roles: bool
    """Whether the pipeline assumes roles for it."""

    plan_role: Traced[str]
    plan_subjects: Traced[list[str]]
    """Subjects of plans: pull requests, if planned, and the deployed branch (for the nightly drift detection)."""

    boundary: Traced[str]
    apply_role: Traced[str]
    deploy_role: Traced[str]
    entries: Traced[str]
    """Prefix of the names of its entries in Secrets Manager."""

    written: Traced[tuple[str, ...]]
    """The entries whose value Terraform writes from a variable."""

    carries_secrets: bool
    """Whether the deploy job copies them to a Kubernetes Secret; `carried`: the keys that decide it."""

    carried: Keys

    subjects: Traced[list[str]]
    """Subjects of a job that runs in the GitHub environment of the same name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectRegistry:
    """The ECR registry of the project, in one account. `pullers`: the other accounts, which pull from it."""

    repositories: tuple[tuple[str, Traced[str]], ...]
    """Workload, and name of its repository."""

    pullers: tuple[Traced[str], ...]
    roles: Traced[bool]
    """Whether the pipeline assumes a role to push."""

    push_role: Traced[str]
    subjects: Traced[list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExistingModes:
    """How to get resources that the account may have already: `create`, `import` or `reuse`."""

    github_oidc: Traced[str]
    state_bucket: Traced[str]
    images: Traced[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One account."""

    number: Traced[str]
    region: Traced[str]
    """The region of the state bucket and the images."""

    partition: Traced[str]
    project: Traced[str]
    terraform: Traced[str]
    """Constraint on Terraform's version."""

    engine: Keys
    """The keys that choose between CDKTF and CDK Terrain."""

    tenants: tuple[Tenant, ...]
    images: ProjectRegistry | None
    existing: ExistingModes

    @property
    def state_buckets(self) -> tuple[tuple[str, Traced[str]], ...]:
        """The distinct state buckets of its environments, each after a name for its Terraform address."""
        buckets: dict[str, Traced[str]] = {}
        for tenant in self.tenants:
            if tenant.state_bucket is not None:
                held = buckets.get(tenant.state_bucket.value, tenant.state_bucket)
                buckets[tenant.state_bucket.value] = held.because(tenant.state_bucket.keys)
        return tuple((bucket_name(name), buckets[name]) for name in sorted(buckets))


def bucket_name(bucket: str) -> str:
    """Return the Terraform name of a state bucket."""
    return f"state_{bucket}".replace("-", "_").replace(".", "_")


def make_accounts(environments: Mapping[str, Environment]) -> tuple[Account, ...]:
    """Return the accounts by number: the project's, and those of environments in the cloud."""
    cloud = [environments[name] for name in sorted(environments) if environments[name].tier != "local"]
    if not cloud:
        return ()
    home = cloud[0].read(lambda s: s.project.account)
    numbers = {e.names.account.value: qualified(e, e.names.account) for e in reversed(cloud)}
    numbers[home.value] = numbers.get(home.value, qualified(cloud[0], home)).because(qualified(cloud[0], home).keys)
    return tuple(_make_account(numbers[number], home.value, cloud) for number in sorted(numbers))


def qualified(environment: Environment, value: Traced[T]) -> Traced[T]:
    """Return the value with keys of a project-wide artifact."""
    return Traced(value.value, frozenset(f"{environment.name}:{key}" for key in value.keys))


def _make_account(number: Traced[str], home: str, cloud: Sequence[Environment]) -> Account:
    first = cloud[0]
    branch = first.read(lambda s: s.ci.branch)
    pushes = subjects(first, text("ref:refs/heads/{}", branch))
    here = [e for e in cloud if e.names.account.value == number.value]
    return Account(
        number=number,
        region=qualified(first, first.read(lambda s: s.project.region)),
        partition=qualified(first, partition_of(first)),
        project=qualified(first, first.names.project),
        terraform=qualified(first, first.read(lambda s: s.versions.terraform)),
        engine=qualified(first, first.read(lambda s: s.versions.engine)).keys,
        tenants=tuple(_make_tenant(e) for e in here),
        images=_make_images(home, cloud, pushes) if number.value == home else None,
        existing=_make_existing((here or cloud)[0]),
    )


def _make_existing(environment: Environment) -> ExistingModes:
    """Return the modes of the account's first environment, with which the others agree, or of the project's first."""
    read = environment.read
    return ExistingModes(
        github_oidc=qualified(environment, read(lambda s: s.aws.existing.github_oidc)),
        state_bucket=qualified(environment, read(lambda s: s.aws.existing.state_bucket)),
        images=qualified(environment, read(lambda s: s.aws.existing.images)),
    )


def _make_tenant(environment: Environment) -> Tenant:
    names, roles = environment.names, role_names(environment.names)
    backend, used = environment.read(lambda s: s.state.backend), uses_roles(environment)
    bucket = names.state_bucket.because(backend.keys) if backend.value == "s3" else None
    carries = environment.read(lambda s: s.security.secrets == "kubernetes")
    written = environment.read(_written)
    exists = names.account.keys | names.environment.keys | used.keys
    return Tenant(
        name=environment.name,
        exists=qualified(environment, Traced(None, exists)).keys,
        prefix=qualified(environment, names.prefix),
        state_bucket=None if bucket is None else qualified(environment, bucket),
        roles=used.value,
        plan_role=qualified(environment, roles.plan),
        plan_subjects=qualified(environment, _plan_subjects(environment)),
        boundary=qualified(environment, roles.boundary),
        apply_role=qualified(environment, roles.apply),
        deploy_role=qualified(environment, roles.deploy),
        entries=qualified(environment, text("{}/{}", names.project, names.environment)),
        written=qualified(environment, written),
        carries_secrets=carries.value,
        carried=qualified(environment, carries).keys,
        subjects=qualified(environment, subjects(environment, text("environment:{}", names.environment))),
    )


def _plan_subjects(environment: Environment) -> Traced[list[str]]:
    requests = subjects(environment, "pull_request")
    pushes = subjects(environment, text("ref:refs/heads/{}", environment.read(lambda s: s.ci.branch)))
    planned = plans_requests(environment)
    return Traced(
        [*(requests.value if planned.value else ()), *pushes.value], planned.keys | requests.keys | pushes.keys
    )


def _written(spec: EnvironmentSpec) -> tuple[str, ...]:
    variable, token = spec.postgres.password == "variable", spec.redis.auth == "token"  # noqa: S105
    return (*([POSTGRES_ENTRY] if variable else []), *([REDIS_ENTRY] if token else []))


def _make_images(home: str, cloud: Sequence[Environment], pushes: Traced[list[str]]) -> ProjectRegistry:
    first = cloud[0]
    others = {e.names.account.value: qualified(e, e.names.account) for e in reversed(cloud)}
    return ProjectRegistry(
        repositories=tuple(
            (workload, qualified(first, repository(first.names.project, workload)))
            for workload in ("backend", "frontend")
        ),
        pullers=tuple(others[number] for number in sorted(others) if number != home),
        roles=qualified(first, first.read(lambda s: s.ci.auth == "oidc")),
        push_role=qualified(first, role_names(first.names).push),
        subjects=qualified(first, pushes),
    )
