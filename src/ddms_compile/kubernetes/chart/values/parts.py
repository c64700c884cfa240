"""Tables of which a workload is made."""

from typing import Annotated, Literal

from pydantic import Field

from ddms_compile.kubernetes.chart.values.base import (
    Annotations,
    Cidr,
    Count,
    Cpu,
    FilePath,
    HttpPath,
    LabelKey,
    LabelValue,
    ObjectNameOrNone,
    Port,
    ScrapeInterval,
    Size,
    Values,
)


class ReplicasValues(Values):
    min: Count = 2
    """Minimum number of replicas."""

    max: Count = 4
    """Maximum number of replicas. Equal to `min`: no HorizontalPodAutoscaler."""


class Autoscaling(Values):
    cpu_percent: Annotated[int, Field(ge=1, le=100)] = 70
    """Target CPU utilization of the autoscaler, in percent of the request."""

    memory_percent: Annotated[int, Field(ge=0, le=100)] = 0
    """Target memory utilization of the autoscaler, in percent of the request. 0: memory is ignored."""


class ResourcesValues(Values):
    cpu: Cpu = "100m"
    """CPU request, such as "250m" or "2". There is no CPU limit, which would throttle bursts."""

    memory: Size = "256Mi"
    """Memory request, in Mi or Gi. It is also the limit."""

    ephemeral_storage: Size = "256Mi"
    """Ephemeral storage request for temporary files and logs, in Mi or Gi. It is also the limit."""


class ProbeValues(Values):
    path: HttpPath
    """Request path; a status of 200 to 399 is a success."""

    period_seconds: Annotated[int, Field(ge=1, le=3600)]
    """Time between two probes, in seconds."""

    timeout_seconds: Annotated[int, Field(ge=1, le=3600)]
    """Timeout of a probe, in seconds."""

    failures: Annotated[int, Field(ge=1, le=100)]
    """Consecutive failures after which the probe has failed (`failureThreshold`)."""


class ProbesValues(Values):
    startup: ProbeValues
    """Startup probe; the other probes start when it has succeeded. `periodSeconds` times `failures` is the time to
    start."""

    readiness: ProbeValues
    """Readiness probe; while it fails, the pod receives no requests. It may check dependencies."""

    liveness: ProbeValues
    """Liveness probe; when it fails, the container is restarted. It must not check dependencies."""


class ServiceAccount(Values):
    create: bool = True
    """Whether the chart creates the ServiceAccount."""

    name: ObjectNameOrNone = ""
    """Name of the ServiceAccount. Empty: the component's name if the chart creates it, otherwise `default`."""

    annotations: Annotations = Field(default_factory=dict)
    """Annotations, such as eks.amazonaws.com/role-arn for an IAM role."""


class MetricsValues(Values):
    enabled: bool = False
    """Whether the component serves Prometheus metrics; creates a ServiceMonitor (a kind of the Prometheus operator)."""

    path: HttpPath = "/metrics"
    """Path of the metrics."""

    port: Annotated[int, Field(ge=0, le=65535)] = 0
    """Port of the metrics. 0: the application's port, which the ingress exposes too."""

    interval: ScrapeInterval = "30s"
    """Scrape interval, in s or m, at least 10s."""


class EgressValues(Values):
    cidr: Cidr
    """Destination CIDR range."""

    ports: Annotated[tuple[Port, ...], Field(strict=False, min_length=1)]
    """Destination TCP ports."""

    reason: Annotated[str, Field(min_length=8, max_length=200)]
    """Purpose, for readers of the policy."""


class DisruptionBudget(Values):
    enabled: bool = True
    """Whether at most one pod may be evicted at a time. Never created for one replica: it would block every drain."""


class TopologySpread(Values):
    min_zones: Annotated[int, Field(ge=0, le=10)] = 0
    """Minimum number of zones (`minDomains`), so that nodes are added in a zone without any; needs `zones` to be
    `DoNotSchedule`. 0: the zones that have nodes."""

    zones: Literal["ScheduleAnyway", "DoNotSchedule"] = "ScheduleAnyway"
    """How the scheduler handles a pod that would exceed a skew of one between zones."""

    hosts: Literal["preferred", "required"] = "preferred"
    """Whether two pods may share a node if there is no other. `required`: never."""


class Toleration(Values):
    key: LabelKey
    """Key of the taint."""

    operator: Literal["Equal", "Exists"]
    """Whether the taint's value must be equal."""

    value: LabelValue = ""
    """Value of the taint; empty for `Exists`."""

    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"]
    """Effect to tolerate."""


class WritablePath(Values):
    path: FilePath
    """Absolute path in the container, writable and lost with the pod."""

    size: Size
    """Maximum size, in Mi or Gi. It counts toward `ephemeralStorage`."""
