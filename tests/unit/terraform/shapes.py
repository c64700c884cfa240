"""Environments to build stacks for: the shipped ones, and each way in which their shape can differ."""

import datetime
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ddms_compile.pipeline.compile import check
from ddms_compile.pipeline.request import Request
from ddms_compile.resolve import Environment, resolve_all
from ddms_compile.spec import EnvironmentSpec
from example_project import DATA

ROOT = Path(__file__).parents[3]
TODAY = datetime.date(2026, 11, 23)

SHAPES: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "staging": ("staging", {}),
    "prod": ("prod", {}),
    "state_local": ("staging", {"state.backend": "local"}),
    "access_keys": (
        "prod",
        {"ci.auth": "access-keys", "deploy.user": "arn:aws:iam::444455556666:user/ddms-pipeline"},
    ),
    "traefik": ("prod", {"edge.controller": "traefik"}),
    "password_variable": ("prod", {"postgres.password": "variable"}),
    "four_zones": ("prod", {"aws.region": "us-east-1", "network.zones": 4}),
    "bare": (
        "staging",
        {
            "backup.velero.enabled": False,
            "cluster.autoscaler": False,
            "edge.external_dns.enabled": False,
            "network.flow_logs.enabled": False,
            "network.gateway_endpoints": (),
            "observability.grafana.enabled": False,
            "postgres.monitoring_seconds": 0,
            "postgres.performance_insights": False,
            "postgres.final_snapshot": False,
            "redis.auth": "none",
            "redis.snapshots.retention_days": 0,
        },
    ),
    "full": (
        "prod",
        {
            "cluster.endpoint.public": False,
            "network.gateway_endpoints": ("dynamodb", "s3"),
            "network.interface_endpoints": ("ecr.api", "sts"),
            "project.github.owner_id": 101,
            "project.github.repository_id": 202,
            "redis.engine": "valkey",
            "redis.version": "8.0",
        },
    ),
    "dns_01": ("prod", {"edge.scheme": "internal", "edge.tls.challenge": "dns-01"}),
    "carried_secrets": ("staging", {"security.secrets": "kubernetes"}),
    "lived_in": (
        "staging",
        {
            "aws.existing.github_oidc": "reuse",
            "aws.existing.guardduty": "reuse",
            "aws.existing.images": "reuse",
            "aws.existing.state_bucket": "import",
            "security.guardduty": True,
        },
    ),
    "rare_schedule": ("staging", {"backup.vault.schedule": "*/30 2 1 * mon-wed"}),
}
"""Name of a shape: the environment that it starts from, and the settings that differ."""


@cache
def shipped() -> Mapping[str, EnvironmentSpec]:
    """The specs of the repository's own environments."""
    return check(Request(root=DATA, today=TODAY, cache_dir=ROOT / ".cache")).specs


def spec(base: str, changes: Mapping[str, Any]) -> EnvironmentSpec:
    """The spec of a shipped environment with some settings changed."""
    tree = shipped()[base].model_dump(by_alias=True)
    for key, value in changes.items():
        *tables, last = key.split(".")
        table = tree
        for step in tables:
            table = table[step]
        assert last in table, key
        table[last] = value
    return EnvironmentSpec.model_validate(tree)


@cache
def environment(shape: str) -> Environment:
    """The environment of a shape; it keeps the name of the one that it starts from."""
    base, changes = SHAPES[shape]
    return resolve_all({base: spec(base, changes)})[base]


def of(base: str, **changes: Any) -> Environment:
    """An environment with settings changed; `__` in a name is a dot."""
    wanted = {key.replace("__", "."): value for key, value in changes.items()}
    return resolve_all({base: spec(base, wanted)})[base]
