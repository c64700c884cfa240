"""The whole of one environment, all layers merged: the type that everything after validation works from."""

from typing import Literal

from ddms_compile.spec.aws import Aws, State
from ddms_compile.spec.backup import Backup
from ddms_compile.spec.base import Table
from ddms_compile.spec.ci import Ci
from ddms_compile.spec.cluster import Cluster
from ddms_compile.spec.deploy import Deploy
from ddms_compile.spec.dns import Dns
from ddms_compile.spec.edge import Edge
from ddms_compile.spec.local import Local
from ddms_compile.spec.network import Network
from ddms_compile.spec.observability import Observability
from ddms_compile.spec.policy import Policy
from ddms_compile.spec.postgres import Postgres
from ddms_compile.spec.project import Project
from ddms_compile.spec.redis import Redis
from ddms_compile.spec.security import Security
from ddms_compile.spec.versions import Versions
from ddms_compile.spec.workloads import Workloads

Tier = Literal["local", "staging", "production"]

PROJECT_ONLY = ("project", "ci")
"""Tables that belong in ddms.toml only, because all environments share them."""

ENVIRONMENT_ONLY = ("tier",)
"""Keys that belong in an environment's file only."""


class EnvironmentSpec(Table):
    """One environment."""

    tier: Tier
    """Tier, which selects the defaults and guarantees of the environment. Only in an environment's file."""

    project: Project
    """Settings that all environments share. Only in ddms.toml."""

    aws: Aws
    """Account, region and tags."""

    state: State
    """Location of the Terraform state."""

    dns: Dns
    """Host names."""

    network: Network
    """The VPC."""

    cluster: Cluster
    """EKS."""

    postgres: Postgres
    """The database."""

    redis: Redis
    """The cache."""

    edge: Edge
    """Ingress, TLS, DNS records."""

    observability: Observability
    """Metrics, dashboards and alerts."""

    backup: Backup
    """Backups and their retention."""

    security: Security
    """Auditing services of the account, and secret delivery."""

    workloads: Workloads
    """Workloads of the application."""

    policy: Policy
    """Exceptions from the production rules."""

    versions: Versions
    """Pinned versions."""

    ci: Ci
    """The pipeline. Only in ddms.toml."""

    deploy: Deploy
    """How the pipeline applies and deploys the environment."""

    local: Local
    """The local stack."""
