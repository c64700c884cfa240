"""Delivery of the application to an environment's cluster: variables of the pipeline and of the runbook."""

import json

from ddms_compile.provenance.traced import Traced, derive, text
from ddms_compile.resolve.environment import Environment
from ddms_compile.resolve.interfaces import ENTRIES, POSTGRES_ENTRY
from ddms_compile.resolve.nodes import is_arm
from ddms_compile.spec import EnvironmentSpec
from ddms_compile.tree import Tree

STACKS = ("foundation", "platform")
"""The stacks of an environment, in the order of application."""

WORKLOADS = ("backend", "frontend")
GIVEN = "GIVEN_"
"""Prefix of variables for GitHub secrets in the deploy job, so that none configures a program."""

DATABASE_ENTRY = "database"
"""Placeholder for RDS's own secret, whose ARN is an output of the stack foundation."""


def namespace(environment: Environment) -> Traced[str]:
    """Return the application's namespace, which is also the name of its release."""
    return environment.names.project


def application_chart(environment: Environment) -> Traced[str]:
    """Return the folder of the application's chart, relative to the repository."""
    return environment.read(lambda s: s.project.chart).map(environment.charts.application)


def secrets_version(environment: Environment) -> Traced[str]:
    """The repository variable on GitHub that counts rotations of the environment's secrets."""
    return environment.names.environment.map(lambda name: f"SECRETS_VERSION_{name.upper().replace('-', '_')}")


def deployment(environment: Environment) -> dict[str, Traced[str]]:
    """Return the variables of `generated/ci/deploy.sh` that the data decide."""
    names = environment.names
    return {
        "AWS_REGION": environment.read(lambda s: s.aws.region),
        "CLUSTER": names.cluster,
        "NAMESPACE": namespace(environment),
        "RELEASE": namespace(environment),
        "CHART": application_chart(environment),
        "VALUES": text("generated/{}/helm/values.yaml", names.environment),
        "SECRETS": derive(lambda tree: json.dumps(tree, sort_keys=True, ensure_ascii=False), _secrets(environment)),
    }


def smoke(environment: Environment) -> dict[str, Traced[str]]:
    """Return the variables of `generated/ci/smoke.sh`."""
    path = environment.read(lambda s: s.workloads.backend.probes.liveness.path)
    return {
        "API_URL": text("https://{}{}", environment.hosts.api, path),
        "APP_URL": text("https://{}/", environment.hosts.app),
        "ISSUER": environment.read(lambda s: s.edge.tls.issuer),
    }


def secret_name(environment: Environment, workload: str) -> Traced[str]:
    """Return the name of the Kubernetes Secret that the deploy job writes for a workload."""
    return text("{}-{}-secrets", environment.names.project, workload)


def architectures(environment: Environment) -> Traced[tuple[str, ...]]:
    """Return the architectures of the nodes: `amd64`, `arm64`."""
    return environment.read(
        lambda s: tuple(
            sorted({"arm64" if is_arm(group.instance_types[0]) else "amd64" for group in s.cluster.nodes.values()})
        )
    )


def _secrets(environment: Environment) -> Traced[dict[str, Tree]]:
    """Return the Secrets by name, each with its variables and their sources."""
    entries = {source: environment.names.secret(source) for source in ENTRIES}
    names = {workload: secret_name(environment, workload) for workload in WORKLOADS}

    def query(spec: EnvironmentSpec) -> dict[str, Tree]:
        if spec.security.secrets != "kubernetes":
            return {}
        managed = spec.postgres.password == "managed"  # noqa: S105  (a choice, not a password)
        made: dict[str, Tree] = {}
        for workload in WORKLOADS:
            wanted = getattr(spec.workloads, workload).secrets
            variables = {
                name: _source(wanted[name].source, wanted[name].key, entries, managed=managed) for name in wanted
            }
            if variables:
                made[names[workload].value] = {"component": workload, "variables": variables}
        return made

    found = environment.read(query)
    if not found.value:
        return found
    return found.because(frozenset().union(*(value.keys for value in (*entries.values(), *names.values()))))


def _source(source: str, key: str, entries: dict[str, Traced[str]], *, managed: bool) -> dict[str, str]:
    if source == "github":
        return {"given": f"{GIVEN}{key}"}
    entry = DATABASE_ENTRY if source == POSTGRES_ENTRY and managed else entries[source].value
    return {"entry": entry, "field": key}
