"""`[workloads]`: backend and frontend of the application."""

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
    """Image of a workload."""

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
    """Image name without a tag; empty: the project's ECR repository of this workload."""

    tag: Annotated[str, matching(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}", 'an image tag, such as "2.14.0"')]
    """Image tag; the pipeline overrides it with the commit."""

    context: Folder
    """Build context: folder in the repository from which the image is built."""


class Replicas(Table):
    """Bounds of the Horizontal Pod Autoscaler; equal bounds disable it."""

    min: Annotated[int, Field(ge=1, le=500)]
    """Minimum number of replicas."""

    max: Annotated[int, Field(ge=1, le=500)]
    """Maximum number of replicas."""

    cpu_percent: Percent
    """Target CPU utilization of the autoscaler, in percent of the request."""


class Resources(Table):
    """Resource requests of a pod, and its memory limit."""

    cpu: Cpu
    """CPU request; there is no CPU limit."""

    memory: Memory
    """Memory request, which is also the limit."""

    ephemeral_storage: Memory
    """Ephemeral storage: request and limit."""


class Probe(Table):
    """An HTTP probe."""

    path: Path
    """Request path; a status from 200 to 399 is a success."""

    period: Duration
    """Time between two probes (`periodSeconds`)."""

    timeout: Duration
    """Timeout of a probe (`timeoutSeconds`)."""

    failures: Annotated[int, Field(ge=1, le=100)]
    """Consecutive failures after which the probe has failed (`failureThreshold`)."""


class Probes(Table):
    """Probes of a pod."""

    startup: Probe
    """Startup probe; the other probes start when it has succeeded."""

    readiness: Probe
    """Readiness probe; while it fails, the pod receives no requests."""

    liveness: Probe
    """Liveness probe; when it fails, the kubelet restarts the container."""


class SecretReference(Table):
    """Reference to a secret; never its value."""

    source: Annotated[Literal["app", "postgres", "redis", "github"], Field(alias="from")]
    """`app`: the Secrets Manager entry `<project>/<environment>/app`; `postgres`: the entry of the master user;
    `redis`: the entry of the auth token; `github`: a secret of the GitHub environment. In a local environment each
    is a variable of the `.env` file."""

    key: Annotated[str, matching(r"[A-Za-z_][A-Za-z0-9_]{0,63}", "a name of letters, digits and underscores")]
    """Key inside the entry."""


class Metrics(Table):
    """Prometheus metrics of a workload."""

    enabled: bool
    """Whether the workload serves metrics."""

    path: Path
    """Path of the metrics."""

    port: HighPort
    """Port of the metrics; the backend reads it from `METRICS_PORT`. The ingress exposes only the workload's port."""

    interval: Duration
    """Scrape interval."""


class Egress(Table):
    """An egress rule of the workload, in addition to the database, Redis and DNS."""

    cidr: Cidr
    """Destination CIDR range."""

    ports: Annotated[tuple[Port, ...], Field(strict=False, min_length=1)]
    """Destination TCP ports."""

    reason: Annotated[str, Field(min_length=8, max_length=200)]
    """Purpose, for readers of the policy."""


class Workload(Table):
    """A workload of the application."""

    image: Image
    """Image of the workload."""

    port: HighPort
    """Port on which the container listens, and of its Service (policies of the VPC CNI require both to be equal)."""

    replicas: Replicas
    """Bounds of the number of replicas."""

    resources: Resources
    """Resource requests of a pod."""

    probes: Probes
    """Probes."""

    environment: dict[EnvironmentVariable, str]
    """Environment variables that are not secret."""

    secrets: dict[EnvironmentVariable, SecretReference]
    """Secret environment variables, as references."""

    metrics: Metrics
    """Prometheus metrics."""

    egress: Annotated[tuple[Egress, ...], Field(strict=False)]
    """Additional egress rules."""

    shutdown_grace: Duration
    """Termination grace period of a pod."""


class Workloads(Table):
    """Workloads of the application."""

    backend: Workload
    """The API."""

    frontend: Workload
    """The frontend: a single-page application that nginx serves."""
