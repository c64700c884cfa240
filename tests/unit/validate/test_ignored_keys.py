"""A key that no output follows from is named by a rule, in each context that switches some keys off."""

import copy
import datetime
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from ddms_compile.cdktf.session import Session
from ddms_compile.diagnostics.keys import dotted
from ddms_compile.emitter import Inputs
from ddms_compile.load import load_project
from ddms_compile.pipeline.emitters import EMITTERS
from ddms_compile.provenance.artifact import LazyOrigins
from ddms_compile.resolve import resolve_all
from ddms_compile.spec import EnvironmentSpec
from ddms_compile.validate.rules.ignored_keys import ignored
from ddms_compile.validate.rules.local_ignores import WITHOUT_EFFECT
from example_project import DATA
from trace_cases.alternatives import leaf_keys

ROOT = Path(__file__).parents[3]
Traced = Callable[[str, dict[str, Any]], set[str]]

ACCEPTED = {
    "id": "CVE-2026-1234",
    "reason": "the library is not called with foreign input",
    "expires": datetime.date(2027, 3, 31),
}

CONTEXTS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "shipped": ("prod", {}),
    "staging": ("staging", {}),
    "private endpoint": ("prod", {"cluster.endpoint.public": False}),
    "no grafana": ("prod", {"observability.grafana.enabled": False}),
    "no external-dns": ("prod", {"edge.external_dns.enabled": False}),
    "no external-dns, dns-01": ("prod", {"edge.external_dns.enabled": False, "edge.tls.challenge": "dns-01"}),
    "no velero": ("prod", {"backup.velero.enabled": False}),
    "no flow logs": ("prod", {"network.flow_logs.enabled": False}),
    "no metrics": ("prod", {"workloads.backend.metrics.enabled": False}),
    "no token": ("prod", {"redis.auth": "none"}),
    "no snapshots": ("prod", {"redis.snapshots.retention_days": 0}),
    "no replica": ("prod", {"redis.replicas": 0}),
    "no insights": ("prod", {"postgres.performance_insights": False, "postgres.monitoring_seconds": 0}),
    "own password": ("prod", {"postgres.password": "variable"}),
    "local state": ("prod", {"state.backend": "local"}),
    "fixed replicas": ("prod", {"workloads.backend.replicas.max": 3}),
    "images from elsewhere": (
        "prod",
        {"workloads.backend.image.repository": "e.example/x", "workloads.frontend.image.repository": "e.example/y"},
    ),
    "traefik": ("prod", {"edge.controller": "traefik"}),
    "no autoscaler": ("prod", {"cluster.autoscaler": False}),
    "access keys": ("prod", {"ci.auth": "access-keys"}),
    "secrets by deployment": ("prod", {"security.secrets": "kubernetes"}),
    "guardduty": ("prod", {"security.guardduty": True}),
    "guardduty of another, off": ("prod", {"aws.existing.guardduty": "import"}),
    "all is there already": (
        "prod",
        {f"aws.existing.{each}": "import" for each in ("github_oidc", "state_bucket")}
        | {"aws.existing.images": "reuse"},
    ),
    "all is there already, access keys": (
        "prod",
        {
            "aws.existing.github_oidc": "import",
            "ci.auth": "access-keys",
            "deploy.user": "arn:aws:iam::111122223333:user/ci",
        },
    ),
    "vulnerabilities": ("prod", {"policy.vulnerabilities": [ACCEPTED]}),
    "vulnerabilities in staging": ("staging", {"policy.vulnerabilities": [ACCEPTED]}),
    "vulnerabilities of images from elsewhere": (
        "prod",
        {
            "policy.vulnerabilities": [ACCEPTED],
            "workloads.backend.image.repository": "e.example/x",
            "workloads.frontend.image.repository": "e.example/y",
        },
    ),
    "vulnerabilities without a pipeline": ("prod", {"policy.vulnerabilities": [ACCEPTED], "state.backend": "local"}),
    "access keys of a user": (
        "prod",
        {"ci.auth": "access-keys", "deploy.user": "arn:aws:iam::111122223333:user/ci"},
    ),
    "access keys of a user, local state": (
        "prod",
        {
            "ci.auth": "access-keys",
            "deploy.user": "arn:aws:iam::111122223333:user/ci",
            "state.backend": "local",
        },
    ),
    "valkey": ("prod", {"redis.engine": "valkey", "redis.version": "8.0"}),
    "a laptop": ("local", {}),
}
"""A shipped environment, and the switches that are otherwise."""

NO_OUTPUT = {
    "network.zones",  # at its least
    "policy.false_positives",
    "policy.losses",
    "policy.waivers",
    "tier",
}
"""What rules, the ledger and the defaults read; `policy` has diagnostics of its own for an entry without effect."""

OFF: tuple[object, ...] = (False, "", [], {}, "create", "access-keys")
"""A switch that is off, an empty list, keys in place of roles: any other value has an output (tests/laws/trace)."""

ONLY_SHARED = {"project.account", "project.chart", "project.github.owner_id", "project.region", "project.repository"}
"""What ddms.toml alone may say: other environments use it."""

IN_VALUES_ALONE = {
    "workloads.backend.metrics.interval",
    "workloads.backend.metrics.path",
    "workloads.backend.replicas.cpu_percent",
    "workloads.frontend.metrics.interval",
    "workloads.frontend.metrics.path",
    "workloads.frontend.metrics.port",
    "workloads.frontend.replicas.cpu_percent",
}
"""They reach the values of the chart, which ignores them there."""


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Traced]:
    """The keys that some leaf of some artifact follows from."""
    session = Session(cache_dir=Path.home() / ".cache" / "ddms-compile")
    root = tmp_path_factory.mktemp("root")
    shutil.copytree(ROOT / "helm", root / "helm")

    def keys(name: str, tree: dict[str, Any]) -> set[str]:
        inputs = Inputs(
            environments=resolve_all({name: EnvironmentSpec.model_validate(tree)}),
            wanted=(name,),
            root=root,
            today=datetime.date(2026, 11, 23),
            cdktf=session,
        )
        return {
            key.rpartition(":")[2]
            for emit in EMITTERS
            for artifact in emit(inputs)
            if not isinstance(artifact.origins, LazyOrigins)
            for origin in artifact.origins.values()
            for key in origin.keys
        }

    yield keys
    session.close()


@pytest.mark.parametrize("context", CONTEXTS)
def test_the_keys_without_any_output_are_those_that_the_rules_name(context: str, traced: Traced) -> None:
    """Nothing that is written has no effect in silence, and no key that has one is called idle."""
    name, changes = CONTEXTS[context]
    tree: dict[str, Any] = copy.deepcopy(load_project(DATA)[0].environments[name].tree)
    for key, value in changes.items():
        *above, last = key.split(".")
        table = tree
        for step in above:
            table = table[step]
        table[last] = value
    live = traced(name, tree)
    idle = {dotted(key) for key in leaf_keys(tree) if not any(dotted(key[:n]) in live for n in range(1, len(key) + 1))}
    said = {dotted(key) for key in _named(EnvironmentSpec.model_validate(tree))}
    off = {dotted(key) for key in leaf_keys(tree) if _value(tree, key) in OFF}
    silent = {key for key in idle if not _under(key, said | NO_OUTPUT | off)}
    assert silent - (ONLY_SHARED if name == "local" else set()) == set()
    wrong = {key for key in said if not any(_under(other, {key}) for other in idle)}
    assert wrong <= IN_VALUES_ALONE


def _value(tree: Any, key: tuple[str | int, ...]) -> Any:
    for step in key:
        tree = tree[step]
    return tree


def _named(spec: EnvironmentSpec) -> Iterator[tuple[str | int, ...]]:
    if spec.tier == "local":
        yield from WITHOUT_EFFECT
    else:
        yield from (key for key, _ in ignored(spec))


def _under(key: str, tables: set[str]) -> bool:
    return any(key == table or key.startswith(f"{table}.") for table in tables)


FREE: Mapping[str, Any] = {
    "aws.tags.added": "x",
    "cluster.nodes.general.labels.added": "x",
    "postgres.parameters.work_mem": "4096",
    "redis.parameters.timeout": "60",
    "workloads.backend.environment.ADDED": "x",
    "workloads.backend.secrets.KEPT": {"from": "app", "key": "added"},
    "workloads.frontend.environment.VITE_ADDED": "x",
}
"""An entry for each table whose keys are the user's own."""


@pytest.mark.parametrize("name", ["prod", "staging", "local"])
def test_an_entry_of_a_table_with_keys_of_the_users_own_has_an_output(name: str, traced: Traced) -> None:
    """Tags, labels, parameters, variables and secrets that are added arrive somewhere, or a rule names their table."""
    tree: dict[str, Any] = copy.deepcopy(load_project(DATA)[0].environments[name].tree)
    for key, value in FREE.items():
        *above, last = key.split(".")
        table = tree
        for step in above:
            table = table.setdefault(step, {})
        table[last] = value
    if name == "local":
        del tree["cluster"]["nodes"]["general"]
    live = traced(name, tree)
    said = {dotted(key) for key in _named(EnvironmentSpec.model_validate(tree))}
    silent = {key for key in FREE if not any(step.startswith(key) for step in live) and not _under(key, said)}
    assert silent == set()
