"""The names and conditions of the runbook's template in one environment."""

from collections.abc import Mapping

from ddms_compile.provenance.traced import Traced, text
from ddms_compile.resolve import Environment
from ddms_compile.resolve.delivery import deployment, secrets_version
from ddms_compile.resolve.interfaces import APP_ENTRY, POSTGRES_ENTRY, REDIS_ENTRY
from ddms_compile.spec import EnvironmentSpec


def names(environment: Environment) -> Mapping[str, Traced[str]]:
    """Return values by the template's names."""
    made, read, deploy = environment.names, environment.read, deployment(environment)
    database = made.of("postgres")
    stack = "generated/{}/terraform/stacks/{}"
    return {
        "account": made.account,
        "alert": made.alert,
        "alertmanager_storage": read(lambda s: s.observability.alertmanager.storage),
        "alert_anchor": made.alert.map(str.lower),
        "admitted": read(_admitted),
        "api": environment.hosts.api,
        "app": environment.hosts.app,
        "app_entry": made.secret(APP_ENTRY),
        "backend": text("{}-backend", made.project),
        "branch": read(lambda s: s.ci.branch),
        "cache": made.of("redis"),
        "chart": deploy["CHART"],
        "cluster": made.cluster,
        "data_key": text("alias/{}", made.of("data")),
        "database": database,
        "database_before": text("{}-before", database),
        "database_new": text("{}-new", database),
        "secrets_version": secrets_version(environment),
        "environment": made.environment,
        "error_for": read(lambda s: s.observability.alerts.error_for),
        "error_percent": read(lambda s: f"{s.observability.alerts.error_percent:g}"),
        "ingress": environment.edge.namespace,
        "foundation": text(stack, made.environment, "foundation"),
        "kubernetes": read(lambda s: s.cluster.version),
        "namespace": deploy["NAMESPACE"],
        "entries": text("{}/{}/", made.project, made.environment),
        "postgres": read(lambda s: s.postgres.version),
        "prometheus_storage": read(lambda s: s.observability.prometheus.storage),
        "platform": text(stack, made.environment, "platform"),
        "postgres_entry": made.secret(POSTGRES_ENTRY),
        "rds_days": read(lambda s: str(s.backup.rds_retention_days)),
        "redis_days": read(lambda s: str(s.redis.snapshots.retention_days)),
        "redis_entry": made.secret(REDIS_ENTRY),
        "region": deploy["AWS_REGION"],
        "release": deploy["RELEASE"],
        "replicas": read(lambda s: str(s.workloads.backend.replicas.min)),
        "runner": read(lambda s: s.deploy.runner),
        "secrets": deploy["SECRETS"],
        "shortage_for": read(lambda s: s.observability.alerts.replica_shortage_for),
        "state_bucket": made.state_bucket,
        "state_folder": text("{}/{}/", made.project, made.environment),
        "state_foundation": made.state_key("foundation"),
        "state_platform": made.state_key("platform"),
        "toml": text("environments/{}.toml", made.environment),
        "values": deploy["VALUES"],
        "vault": made.of("backup"),
        "velero_bucket": made.velero_bucket,
        "zone": environment.hosts.zone,
    }


def _admitted(spec: EnvironmentSpec) -> str:
    """Return the CIDR blocks that may connect to the cluster's API server."""
    endpoint = spec.cluster.endpoint
    return ", ".join((*endpoint.public_cidrs, "the VPC")) if endpoint.public else "the VPC"


def conditions(environment: Environment) -> Mapping[str, Traced[bool]]:
    """Return the conditions of blocks by the template's names, each with its negation."""
    read = environment.read
    held = {
        "grafana": read(lambda s: s.observability.grafana.enabled),
        "managed_password": read(lambda s: s.postgres.password == "managed"),  # noqa: S105  (a choice)
        "pipeline": read(lambda s: s.state.backend == "s3"),
        "redis_token": read(lambda s: s.redis.auth == "token"),
        "challenge_by_request": read(lambda s: s.edge.tls.challenge == "http-01"),
        "carried_secrets": read(lambda s: s.security.secrets == "kubernetes"),
        "scheduled_rotation": read(
            lambda s: s.security.secrets == "kubernetes" and s.postgres.password == "managed"  # noqa: S105
        ),
        "snapshots": read(lambda s: s.redis.snapshots.retention_days > 0),
        "velero": read(lambda s: s.backup.velero.enabled),
    }
    opposites = {
        "managed_password": "variable_password",
        "carried_secrets": "external_secrets",
        "challenge_by_request": "challenge_by_record",
    }
    return held | {
        opposites.get(name, f"no_{name}"): condition.map(lambda value: not value) for name, condition in held.items()
    }
