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
    """Fewest pods."""

    max: Count = 4
    """Most pods. Equal to `min`: no HorizontalPodAutoscaler."""


class Autoscaling(Values):
    cpu_percent: Annotated[int, Field(ge=1, le=100)] = 70
    """Average use of the requested processors that is aimed at, in percent."""

    memory_percent: Annotated[int, Field(ge=0, le=100)] = 0
    """Average use of the requested memory that is aimed at, in percent. 0: memory does not scale."""


class ResourcesValues(Values):
    cpu: Cpu = "100m"
    """Processors requested, such as "250m" or "2". Their use is not limited: a limit would throttle bursts."""

    memory: Size = "256Mi"
    """Memory requested, in Mi or Gi. It is the limit too."""

    ephemeral_storage: Size = "256Mi"
    """Disk for temporary files and logs requested, in Mi or Gi. It is the limit too."""


class ProbeValues(Values):
    path: HttpPath
    """Path that answers with a status of 200 to 399 when all is well."""

    period_seconds: Annotated[int, Field(ge=1, le=3600)]
    """Time from one probe to the next, in seconds."""

    timeout_seconds: Annotated[int, Field(ge=1, le=3600)]
    """Time in which an answer must come, in seconds."""

    failures: Annotated[int, Field(ge=1, le=100)]
    """Failures in a row that count as failed."""


class ProbesValues(Values):
    startup: ProbeValues
    """Until it succeeds the other two wait; `periodSeconds` times `failures` is the time to start."""

    readiness: ProbeValues
    """While it fails the pod gets no requests. It may look at dependencies."""

    liveness: ProbeValues
    """When it fails the container is restarted. It must not look at dependencies."""


class ServiceAccount(Values):
    create: bool = True
    """Whether the chart makes the ServiceAccount."""

    name: ObjectNameOrNone = ""
    """Name of the ServiceAccount. Empty: the component's name where the chart makes it, else `default`."""

    annotations: Annotations = Field(default_factory=dict)
    """Annotations, such as eks.amazonaws.com/role-arn for an IAM role."""


class MetricsValues(Values):
    enabled: bool = False
    """Whether there are Prometheus metrics; makes a ServiceMonitor (kind of the Prometheus operator)."""

    path: HttpPath = "/metrics"
    """Path of the metrics."""

    port: Annotated[int, Field(ge=0, le=65535)] = 0
    """Port of the metrics. 0: that of the application, which the ingress exposes as well."""

    interval: ScrapeInterval = "30s"
    """Time between two scrapes, in s or m, at least 10s."""


class EgressValues(Values):
    cidr: Cidr
    """Range of addresses that may be reached."""

    ports: Annotated[tuple[Port, ...], Field(strict=False, min_length=1)]
    """TCP ports of it."""

    reason: Annotated[str, Field(min_length=8, max_length=200)]
    """Why, for the reader of the policy."""


class DisruptionBudget(Values):
    enabled: bool = True
    """Whether at most one pod may be evicted at a time. Never made for one replica: it would block every drain."""


class TopologySpread(Values):
    min_zones: Annotated[int, Field(ge=0, le=10)] = 0
    """Fewest zones that count, so that nodes are added where none is yet; needs `zones` to be `DoNotSchedule`.
    0: the zones that have nodes."""

    zones: Literal["ScheduleAnyway", "DoNotSchedule"] = "ScheduleAnyway"
    """What to do with a pod that would put one zone more than one pod ahead of another."""

    hosts: Literal["preferred", "required"] = "preferred"
    """Whether two pods may share a node when there is no other. `required`: they never do."""


class Toleration(Values):
    key: LabelKey
    """Key of the taint."""

    operator: Literal["Equal", "Exists"]
    """Whether the taint's value must be equal."""

    value: LabelValue = ""
    """Value of the taint; empty for `Exists`."""

    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"]
    """Effect that is tolerated."""


class WritablePath(Values):
    path: FilePath
    """Absolute path in the container, writable and lost with the pod."""

    size: Size
    """Most that it may hold, in Mi or Gi. It counts into ephemeralStorage."""
