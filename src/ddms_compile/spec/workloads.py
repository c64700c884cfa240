"""`[workloads]`: the two parts of the application."""

from typing import Annotated, Literal

from pydantic import Field

from ddms_compile.spec.base import (
    Cidr,
    Cpu,
    Duration,
    EnvironmentVariable,
    Folder,
    HighPort,
    Memory,
    Path,
    Percent,
    Port,
    Table,
    matching,
)


class Image(Table):
    """Which image runs."""

    repository: Annotated[
        str,
        # The grammar of names of github.com/distribution/reference.
        matching(
            r"|(?:[a-z0-9]+(?:[.-][a-z0-9]+)*(?::[0-9]{1,5})?/)?"
            r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*",
            'an image name without a tag, or ""',
        ),
        Field(max_length=255),
    ]
    """Name of the image without a tag; empty: the project's ECR repository for this workload."""

    tag: Annotated[str, matching(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}", 'an image tag, such as "2.14.0"')]
    """Tag of the image; the pipeline passes the commit's instead."""

    context: Folder
    """Folder in the repository from which the image is built."""


class Replicas(Table):
    """Bounds of the horizontal autoscaler; equal bounds: no autoscaler."""

    min: Annotated[int, Field(ge=1, le=500)]
    """Fewest pods."""

    max: Annotated[int, Field(ge=1, le=500)]
    """Most pods."""

    cpu_percent: Percent
    """Average use of the requested processors that the autoscaler aims at."""


class Resources(Table):
    """What one pod asks for, and the most memory that it may use."""

    cpu: Cpu
    """Processors asked for; their use is not limited."""

    memory: Memory
    """Memory asked for, which is also the limit."""

    ephemeral_storage: Memory
    """Disk for temporary files, asked for and limit."""


class Probe(Table):
    """One probe over HTTP."""

    path: Path
    """Path that answers 200 to 399 when all is well."""

    period: Duration
    """Time between two probes."""

    timeout: Duration
    """Time in which it must answer."""

    failures: Annotated[int, Field(ge=1, le=100)]
    """Failures in a row that count."""


class Probes(Table):
    """Probes of a pod."""

    startup: Probe
    """Until this one succeeds, the others wait."""

    readiness: Probe
    """While this one fails, the pod gets no requests."""

    liveness: Probe
    """When this one fails, the container is restarted."""


class SecretReference(Table):
    """Where a secret is; never its value."""

    source: Annotated[Literal["app", "postgres", "redis", "github"], Field(alias="from")]
    """`app`: the Secrets Manager entry `<project>/<environment>/app`; `postgres`: the entry of the master user;

    `redis`: the entry of the auth token; `github`: a secret of the GitHub environment. On a laptop each is a variable
    of the `.env` file."""

    key: Annotated[str, matching(r"[A-Za-z_][A-Za-z0-9_]{0,63}", "a name of letters, digits and underscores")]
    """Key inside the entry."""


class Metrics(Table):
    """Prometheus metrics of a workload."""

    enabled: bool
    """Whether the workload has any."""

    path: Path
    """Where they are."""

    port: HighPort
    """Port of the metrics; the backend is told it as `METRICS_PORT`. The ingress exposes only the workload's port."""

    interval: Duration
    """Time between two scrapes."""


class Egress(Table):
    """A way out that the workload may take, beside the database, Redis and DNS."""

    cidr: Cidr
    """To which range."""

    ports: Annotated[tuple[Port, ...], Field(strict=False, min_length=1)]
    """To which TCP ports."""

    reason: Annotated[str, Field(min_length=8, max_length=200)]
    """Why, for the reader of the policy."""


class Workload(Table):
    """One part of the application."""

    image: Image
    """Which image runs."""

    port: HighPort
    """Port on which the container listens; the Service's too (policies of the VPC CNI need them equal)."""

    replicas: Replicas
    """How many pods."""

    resources: Resources
    """What one pod asks for."""

    probes: Probes
    """Probes."""

    environment: dict[EnvironmentVariable, str]
    """Environment variables that are not secret."""

    secrets: dict[EnvironmentVariable, SecretReference]
    """Environment variables that are secret: only where they are."""

    metrics: Metrics
    """Prometheus metrics."""

    egress: Annotated[tuple[Egress, ...], Field(strict=False)]
    """Ways out."""

    shutdown_grace: Duration
    """Time between the wish to stop a pod and its end."""


class Workloads(Table):
    """The parts of the application."""

    backend: Workload
    """The API."""

    frontend: Workload
    """The single-page app, served by nginx."""
