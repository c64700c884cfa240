"""The secrets of an environment: name, store, source and readers; never a value."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from ddms_compile.resolve.delivery import secrets_version
from ddms_compile.resolve.environment import Environment
from ddms_compile.resolve.interfaces import (
    APP_ENTRY,
    DATABASE_PASSWORD,
    POSTGRES_ENTRY,
    REDIS_AUTH_TOKEN,
    REDIS_ENTRY,
    SLACK_WEBHOOK_URL,
    tf_var,
)
from ddms_compile.spec import EnvironmentSpec


class SecretStore(StrEnum):
    """The store of a secret."""

    VARIABLE = "Terraform variable"
    ENTRY = "Secrets Manager"
    GITHUB = "GitHub environment secret"
    CLUSTER = "Kubernetes secret"
    FILE = ".env file"


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentSecret:
    """One secret.

    `name`: its name in its store; `fields`: the keys inside an entry; `source`: the origin of the value; `readers`: the
    consumers; `optional`: the environment works without it; `in_ci`: the GitHub secret for the pipeline, or None.
    """

    name: str
    store: SecretStore
    source: str
    readers: tuple[str, ...]
    fields: tuple[str, ...] = ()
    optional: bool = False
    in_ci: str | None = None


def secrets(environment: Environment) -> tuple[EnvironmentSecret, ...]:
    """Return all secrets of the environment, those that people set first."""
    return tuple(_local(environment) if environment.tier == "local" else _cloud(environment))


def ci_secrets(environment: Environment) -> tuple[EnvironmentSecret, ...]:
    """Return the secrets of the GitHub environment of the same name."""
    return tuple(secret for secret in secrets(environment) if secret.in_ci is not None)


def _local(environment: Environment) -> Iterator[EnvironmentSecret]:
    for variable, workloads in sorted(_variables(environment, None).items()):
        yield EnvironmentSecret(
            name=variable,
            store=SecretStore.FILE,
            source="copy .env.example to .env and choose a value",
            readers=workloads,
        )


def _cloud(environment: Environment) -> Iterator[EnvironmentSecret]:
    yield from _terraform_variables(environment)
    yield from _access_keys(environment)
    yield from _github(environment)
    yield from _entries(environment)
    if environment.read(lambda s: s.observability.grafana.enabled).value:
        yield EnvironmentSecret(
            name="monitoring/grafana-admin",
            store=SecretStore.CLUSTER,
            source="generated at random by the release monitoring-secrets, and kept",
            readers=("Grafana", "people: kubectl -n monitoring get secret grafana-admin"),
            fields=("admin-user", "admin-password"),
        )


def _terraform_variables(environment: Environment) -> Iterator[EnvironmentSecret]:
    spec = environment.read
    if spec(lambda s: s.postgres.password).value == "variable":
        yield _variable(environment, DATABASE_PASSWORD, "stack foundation: RDS and its entry, both write-only")
    if spec(lambda s: s.redis.auth).value == "token":
        # The provider has no write-only argument for the token: it is in the state, encrypted in its bucket.
        yield _variable(
            environment, REDIS_AUTH_TOKEN, "stack foundation: ElastiCache (kept in the state) and its entry"
        )
    yield _variable(environment, SLACK_WEBHOOK_URL, "stack platform: Alertmanager, write-only", optional=True)


def _variable(environment: Environment, name: str, reader: str, *, optional: bool = False) -> EnvironmentSecret:
    raised = secrets_version(environment).value
    return EnvironmentSecret(
        name=tf_var(name),
        store=SecretStore.VARIABLE,
        source=(f"you choose it; increase TF_VAR_secrets_version (the repository's variable {raised}) when it changes"),
        readers=(reader,),
        optional=optional,
        in_ci=name.upper(),
    )


def _access_keys(environment: Environment) -> Iterator[EnvironmentSecret]:
    if environment.read(lambda s: s.ci.auth).value == "access-keys":
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            yield EnvironmentSecret(
                name=name,
                store=SecretStore.GITHUB,
                source='an IAM user of the account; ci.auth = "oidc" needs none',
                readers=("every job that uses AWS",),
                in_ci=name,
            )


def _github(environment: Environment) -> Iterator[EnvironmentSecret]:
    for key, workloads in sorted(_fields(environment, "github").items()):
        yield EnvironmentSecret(
            name=key, store=SecretStore.GITHUB, source="you choose it", readers=("deploy job", *workloads), in_ci=key
        )


def _entries(environment: Environment) -> Iterator[EnvironmentSecret]:
    """Yield the entries of Secrets Manager. RDS names its own."""
    names, managed = environment.names, environment.read(lambda s: s.postgres.password).value == "managed"
    sources = {
        APP_ENTRY: "you: aws secretsmanager put-secret-value",
        POSTGRES_ENTRY: "AWS generates and rotates it" if managed else f"Terraform, from {tf_var(DATABASE_PASSWORD)}",
        REDIS_ENTRY: f"Terraform, from {tf_var(REDIS_AUTH_TOKEN)}",
    }
    by_operator = environment.read(lambda s: s.security.secrets).value == "external-secrets"
    carrier = "External Secrets" if by_operator else "deploy job"
    for entry, source in sources.items():
        fields = _fields(environment, entry)
        if fields:
            workloads = tuple(sorted({name for readers in fields.values() for name in readers}))
            yield EnvironmentSecret(
                name="rds!db-…" if entry == POSTGRES_ENTRY and managed else names.secret(entry).value,
                store=SecretStore.ENTRY,
                source=source,
                readers=(carrier, *workloads),
                fields=tuple(sorted(fields)),
            )


def _fields(environment: Environment, source: str) -> dict[str, tuple[str, ...]]:
    """Return the keys that workloads read from a source, each with its workloads."""
    return _readers(environment, source, by_key=True)


def _variables(environment: Environment, source: str | None) -> dict[str, tuple[str, ...]]:
    """Return the environment variables that workloads read from a source (None: any), each with its workloads."""
    return _readers(environment, source, by_key=False)


def _readers(environment: Environment, source: str | None, *, by_key: bool) -> dict[str, tuple[str, ...]]:
    def query(spec: EnvironmentSpec) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for name, workload in (("backend", spec.workloads.backend), ("frontend", spec.workloads.frontend)):
            for variable, reference in workload.secrets.items():
                if source in (None, reference.source):
                    field = reference.key if by_key else variable
                    found[field] = (*found.get(field, ()), name)
        return found

    return environment.read(query).value
