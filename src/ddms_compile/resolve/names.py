"""All generated names: form, length, and the vendor's limit.

Names of projects and environments have at most 16 characters each (`spec.base.Slug`), so `prefix` has at most 33, and
each name below fits the limit in its docstring.
"""

import re
from dataclasses import dataclass

from ddms_compile.provenance.reading import Reader
from ddms_compile.provenance.traced import Traced, text
from ddms_compile.spec.base import identifier

ENVIRONMENT_KEY = "@environment"
"""The pseudo key of the environment's name, which is the stem of its file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The names of one environment."""

    project: Traced[str]
    environment: Traced[str]
    account: Traced[str]
    state_bucket: Traced[str]
    """S3: global, at most 63 characters."""

    database: Traced[str]
    """The first database of the instance; PostgreSQL identifiers have at most 63 characters."""

    database_user: Traced[str]
    """The master user; RDS allows 63 characters."""

    alert_channel: Traced[str]
    """The Slack channel of the alerts; at most 80 characters."""

    @property
    def prefix(self) -> Traced[str]:
        """`<project>-<environment>`: the first part of every name in the account. At most 33 characters."""
        return text("{}-{}", self.project, self.environment)

    @property
    def alert(self) -> Traced[str]:
        """Prefix of the application's alert names: `WebShop` for `web-shop`; letters and digits only."""
        return self.project.map(lambda name: "".join(part.capitalize() for part in re.findall("[A-Za-z0-9]+", name)))

    def of(self, purpose: str) -> Traced[str]:
        """Return `<prefix>-<purpose>`. IAM roles allow 64 characters, ElastiCache groups 40, RDS instances 63."""
        return text("{}-{}", self.prefix, purpose)

    @property
    def cluster(self) -> Traced[str]:
        """The EKS cluster; at most 100 characters."""
        return self.prefix

    @property
    def velero_bucket(self) -> Traced[str]:
        """The bucket of Velero's backups; S3 names are global and have at most 63 characters."""
        return self.of("velero-backups")

    @property
    def trail_bucket(self) -> Traced[str]:
        """The bucket of the trail; the account's number makes the global name unique."""
        return text("{}-{}-trail", self.prefix, self.account)

    def secret(self, entry: str) -> Traced[str]:
        """Return the name of an entry in Secrets Manager, `<project>/<environment>/<entry>`."""
        return text("{}/{}/{}", self.project, self.environment, entry)

    def state_key(self, stack: str) -> Traced[str]:
        """Return the key of a stack's state in the bucket."""
        return text("{}/{}/{}.tfstate", self.project, self.environment, stack)

    def log_group(self, purpose: str) -> Traced[str]:
        """Return the name of a CloudWatch log group, `/<project>/<environment>/<purpose>`."""
        return text("/{}/{}/{}", self.project, self.environment, purpose)


def make_names(environment: str, read: Reader) -> Names:
    """The names of one environment."""
    return Names(
        project=read(lambda s: s.project.name),
        environment=Traced(environment, frozenset({ENVIRONMENT_KEY})),
        account=read(lambda s: s.aws.account),
        state_bucket=read(lambda s: s.state.bucket or f"{s.project.name}-{s.aws.account}-tfstate"),
        database=read(lambda s: s.postgres.database or identifier(s.project.name)),
        database_user=read(lambda s: s.postgres.username or identifier(s.project.name)),
        alert_channel=read(lambda s: s.observability.slack.channel or f"#{s.project.name}-alerts"),
    )


def repository(project: Traced[str], workload: str) -> Traced[str]:
    """Return the ECR repository of a workload's images, `<project>/<workload>`."""
    return text("{}/{}", project, workload)


def state_key_alias(project: Traced[str]) -> Traced[str]:
    """Return the alias of the KMS key of all Terraform states in an account."""
    return text("alias/{}-tfstate", project)
