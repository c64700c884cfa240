"""The values of the application's chart in one environment: the chart's model, filled from data.

The hosts of database and cache are outputs of Terraform: the pipeline sets them at installation
(`backend.environment.DATABASE_HOST`, `REDIS_HOST`). Without them the API fails at start with a message.
"""

from collections.abc import Callable, Mapping

from ddms_compile.addons import secret_store
from ddms_compile.provenance.traced import Keys, Traced, text
from ddms_compile.resolve import Environment
from ddms_compile.resolve.delivery import DATABASE_ENTRY, secret_name
from ddms_compile.resolve.images import ImageReference
from ddms_compile.resolve.interfaces import APP_ENTRY, ENTRIES, POSTGRES_ENTRY, POSTGRES_PORT, REDIS_PORT
from ddms_compile.spec import EnvironmentSpec
from ddms_compile.spec.units import seconds
from ddms_compile.spec.workloads import Workload
from ddms_compile.tree import TracedTable, TracedTree, Tree

Select = Callable[[EnvironmentSpec], Workload]

REFRESH = "30s"
"""Refresh interval of External Secrets. A million reads cost 5 USD; the kubelet adds about a minute."""

PRE_STOP_SECONDS = 10
"""Seconds before SIGTERM, in which the ingress controller removes a terminating pod from its endpoints."""


def app_values(environment: Environment) -> TracedTable:
    """Return a tree for `ChartValues`, with traced leaves, in the order of the chart's values.yaml."""
    read = environment.read
    return {
        "nameOverride": environment.names.project,
        "fullnameOverride": environment.names.project,
        "global": {"environment": environment.names.environment},
        "backend": {
            **_workload(environment, "backend", environment.images.backend, lambda s: s.workloads.backend),
            "environment": {**_backend_environment(environment), **_own_environment(environment, "backend")},
        },
        "frontend": {
            **_workload(environment, "frontend", environment.images.frontend, lambda s: s.workloads.frontend),
            "environment": _own_environment(environment, "frontend"),
        },
        "ingress": _ingress(environment),
        "networkPolicy": {
            "databaseCidrs": list(environment.network.data_cidrs),
            "databasePort": POSTGRES_PORT,
            "redisCidrs": list(environment.network.data_cidrs),
            "redisPort": REDIS_PORT,
        },
        "alerts": {
            "enabled": True,
            "runbookBaseUrl": text(
                "https://github.com/{}/blob/{}/generated/{}/RUNBOOK.md",
                read(lambda s: s.project.repository),
                read(lambda s: s.ci.branch),
                environment.names.environment,
            ),
            "controller": read(lambda s: s.edge.controller),
            "errorRatio": read(lambda s: s.observability.alerts.error_percent / 100),
            "errorFor": read(lambda s: s.observability.alerts.error_for),
            "replicaShortageFor": read(lambda s: s.observability.alerts.replica_shortage_for),
        },
    }


def _ingress(environment: Environment) -> TracedTable:
    controller = environment.read(lambda s: s.edge.controller)
    # Helm merges tables: the key of the chart's own selector must be set to be replaced.
    selector = {"app.kubernetes.io/name": controller}
    return {
        "className": environment.edge.ingress_class,
        "hosts": {"app": environment.hosts.app, "api": environment.hosts.api},
        "tls": {"clusterIssuer": environment.edge.issuer},
        "controllerNamespace": environment.edge.namespace,
        "controllerSelector": selector,
    }


def _workload(environment: Environment, name: str, image: ImageReference, select: Select) -> TracedTable:
    read = environment.read
    return {
        "image": {"repository": image.repository, "tag": image.tag},
        "port": read(lambda s: select(s).port),
        "replicas": {
            "min": read(lambda s: select(s).replicas.min),
            "max": read(lambda s: select(s).replicas.max),
        },
        "autoscaling": {"cpuPercent": read(lambda s: select(s).replicas.cpu_percent)},
        "resources": {
            "cpu": read(lambda s: select(s).resources.cpu),
            "memory": read(lambda s: select(s).resources.memory),
            "ephemeralStorage": read(lambda s: select(s).resources.ephemeral_storage),
        },
        "probes": {kind: _probe(environment, select, kind) for kind in ("startup", "readiness", "liveness")},
        "secrets": _secrets(environment, name, select),
        "metrics": {
            "enabled": read(lambda s: select(s).metrics.enabled),
            "path": read(lambda s: select(s).metrics.path),
            "port": read(lambda s: select(s).metrics.port),
            "interval": read(lambda s: _scrape_interval(select(s).metrics.interval)),
        },
        "egress": read(
            lambda s: [{"cidr": e.cidr, "ports": list(e.ports), "reason": e.reason} for e in select(s).egress]
        ),
        "terminationGraceSeconds": read(lambda s: seconds(select(s).shutdown_grace)),
        "preStopSeconds": PRE_STOP_SECONDS,
    }


def _scrape_interval(duration: str) -> str:
    """Return the interval in the chart's format: seconds or minutes."""
    return duration if duration[-1] in "sm" else f"{seconds(duration)}s"


def _probe(environment: Environment, select: Select, kind: str) -> dict[str, Traced[Tree]]:
    read = environment.read
    return {
        "path": read(lambda s: getattr(select(s).probes, kind).path),
        "periodSeconds": read(lambda s: seconds(getattr(select(s).probes, kind).period)),
        "timeoutSeconds": read(lambda s: seconds(getattr(select(s).probes, kind).timeout)),
        "failures": read(lambda s: getattr(select(s).probes, kind).failures),
    }


def _secrets(environment: Environment, name: str, select: Select) -> TracedTable:
    """Return the sources of the secret variables; mode `none` for a workload without any."""
    wanted = environment.read(lambda s: {n: (r.source, r.key) for n, r in select(s).secrets.items()})
    mode = environment.read(lambda s: s.security.secrets)
    if not wanted.value:
        return {"mode": Traced("none", wanted.keys)}
    # The mode depends on whether there are any, not on their names. The Secret has the same name in both modes.
    existing = {"name": secret_name(environment, name)}
    if mode.value == "kubernetes":
        return {
            "mode": mode.map(lambda _: "existing"),
            "existing": existing,
        }
    entries = {source: environment.names.secret(source) for source in ENTRIES}
    entries["github"] = entries[APP_ENTRY]  # validation refuses it: the operator could not read it
    password = environment.read(lambda s: s.postgres.password)
    if password.value == "managed":
        entries[POSTGRES_ENTRY] = Traced(DATABASE_ENTRY, password.keys)
    return {
        "mode": mode.map(lambda _: "externalSecrets"),
        "existing": existing,
        "external": {
            "storeRef": {"name": Traced(secret_store.STORE, mode.keys), "kind": Traced("SecretStore", mode.keys)},
            "refreshInterval": Traced(REFRESH, mode.keys),
            "entries": [
                _entry(name, variable, entries[source], key, mode.keys)
                for variable, (source, key) in sorted(wanted.value.items())
            ],
        },
    }


def _entry(name: str, variable: str, entry: Traced[str], key: str, mode: Keys) -> Traced[TracedTable]:
    """Return one variable, which exists because of its key among the secrets."""
    place = f"workloads.{name}.secrets.{variable}"
    tree: TracedTable = {
        "name": variable,
        "remoteKey": entry.because({f"{place}.from"}),
        "property": Traced(key, frozenset({f"{place}.key"})),
    }
    return Traced(tree, mode | {place})


def _backend_environment(environment: Environment) -> Mapping[str, TracedTree]:
    """Return the platform's variables of the backend; `examples/app/README.md` explains each."""
    read = environment.read
    return {
        "DATABASE_PORT": str(POSTGRES_PORT),
        "DATABASE_NAME": environment.names.database,
        "DATABASE_USER": environment.names.database_user,
        # Encrypted without verification, for which the image would need the CA bundle of RDS.
        "DATABASE_SSL": "require",
        "METRICS_PORT": read(lambda s: str(s.workloads.backend.metrics.port)),
        "PORT": read(lambda s: str(s.workloads.backend.port)),
        "REDIS_PORT": str(REDIS_PORT),
        "REDIS_TLS": "true",
        "SHUTDOWN_GRACE_SECONDS": read(
            lambda s: str(max(seconds(s.workloads.backend.shutdown_grace) - PRE_STOP_SECONDS - 5, 1))
        ),
        "WEB_ORIGIN": text("https://{}", environment.hosts.app),
    }


def _own_environment(environment: Environment, name: str) -> Mapping[str, TracedTree]:
    """Return the variables of the data."""
    if name == "backend":
        return environment.read.table(lambda s: s.workloads.backend.environment)
    elsewhere = environment.read(lambda s: bool(s.workloads.frontend.image.repository))
    if not elsewhere.value:
        return {}  # nginx reads none: they are built into the frontend
    given = environment.read.table(lambda s: s.workloads.frontend.environment)
    return {variable: value.because(elsewhere.keys) for variable, value in given.items()}
