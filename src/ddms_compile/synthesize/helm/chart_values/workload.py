"""`backend` and `frontend`: one shape for both, so that neither forgets what the other has."""

from typing import Annotated, Literal

from pydantic import Field

from ddms_compile.synthesize.helm.chart_values.base import (
    Annotations,
    Cidr,
    Count,
    Cpu,
    FilePath,
    HighPort,
    HttpPath,
    LabelKey,
    Labels,
    LabelValue,
    ObjectNameOrNone,
    Port,
    ScrapeInterval,
    Seconds,
    Size,
    UserId,
    Values,
    Variables,
)
from ddms_compile.synthesize.helm.chart_values.image import Image
from ddms_compile.synthesize.helm.chart_values.secrets import Secrets


class Replicas(Values):
    min: Count = 2
    """Fewest pods."""

    max: Count = 4
    """Most pods. Equal to `min`: no HorizontalPodAutoscaler."""


class Autoscaling(Values):
    cpu_percent: Annotated[int, Field(ge=1, le=100)] = 70
    """Average use of the requested processors that is aimed at, in percent."""

    memory_percent: Annotated[int, Field(ge=0, le=100)] = 0
    """Average use of the requested memory that is aimed at, in percent. 0: memory does not scale."""


class Resources(Values):
    cpu: Cpu = "100m"
    """Processors requested, such as "250m" or "2". Their use is not limited: a limit would throttle bursts."""

    memory: Size = "256Mi"
    """Memory requested, in Mi or Gi. It is the limit too."""

    ephemeral_storage: Size = "256Mi"
    """Disk for temporary files and logs requested, in Mi or Gi. It is the limit too."""


class Probe(Values):
    path: HttpPath
    """Path that answers with a status of 200 to 399 when all is well."""

    period_seconds: Annotated[int, Field(ge=1, le=3600)]
    """Time from one probe to the next, in seconds."""

    timeout_seconds: Annotated[int, Field(ge=1, le=3600)]
    """Time in which an answer must come, in seconds."""

    failures: Annotated[int, Field(ge=1, le=100)]
    """Failures in a row that count as failed."""


class Probes(Values):
    startup: Probe
    """Until it succeeds the other two wait; `periodSeconds` times `failures` is the time to start."""

    readiness: Probe
    """While it fails the pod gets no requests. It may look at dependencies."""

    liveness: Probe
    """When it fails the container is restarted. It must not look at dependencies."""


class ServiceAccount(Values):
    create: bool = True
    """Whether the chart makes the ServiceAccount."""

    name: ObjectNameOrNone = ""
    """Name of the ServiceAccount. Empty: the component's name where the chart makes it, else `default`."""

    annotations: Annotations = Field(default_factory=dict)
    """Annotations, such as eks.amazonaws.com/role-arn for an IAM role."""


class Metrics(Values):
    enabled: bool = False
    """Whether there are Prometheus metrics; makes a ServiceMonitor (kind of the Prometheus operator)."""

    path: HttpPath = "/metrics"
    """Path of the metrics."""

    port: Annotated[int, Field(ge=0, le=65535)] = 0
    """Port of the metrics. 0: that of the application, which the ingress exposes as well."""

    interval: ScrapeInterval = "30s"
    """Time between two scrapes, in s or m, at least 10s."""


class Egress(Values):
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


class Workload(Values):
    image: Image = Image()
    """Image of the container."""

    port: HighPort
    """Port on which the container listens. The Service has the same: the VPC CNI's policies need them equal."""

    replicas: Replicas = Replicas()
    """How many pods."""

    autoscaling: Autoscaling = Autoscaling()
    """What the autoscaler aims at."""

    resources: Resources = Resources()
    """What one pod asks for."""

    probes: Probes
    """How the kubelet learns how the container is."""

    environment: Variables = Field(default_factory=dict)
    """Environment variables that are not secret; a ConfigMap."""

    secrets: Secrets = Secrets()
    """Environment variables that are secret."""

    service_account: ServiceAccount = ServiceAccount()
    """Identity of the pods. No token of the cluster's API is mounted."""

    metrics: Metrics = Metrics()
    """Prometheus metrics."""

    egress: Annotated[tuple[Egress, ...], Field(strict=False)] = ()
    """Ways out beside DNS (and, for the backend, the database and Redis)."""

    termination_grace_seconds: Annotated[int, Field(ge=1, le=3600)] = 45
    """Time from the wish to stop a pod to its end, in seconds; more than `preStopSeconds`."""

    pre_stop_seconds: Seconds = 10
    """Time that a stopping pod still serves, in seconds, while the ingress controller learns of its end. 0: none."""

    pod_disruption_budget: DisruptionBudget = DisruptionBudget()
    """What a drain of nodes may take."""

    topology_spread: TopologySpread = TopologySpread()
    """How pods spread over zones and nodes."""

    node_selector: Labels = Field(default_factory=dict)
    """Labels that a node must have."""

    tolerations: Annotated[tuple[Toleration, ...], Field(strict=False)] = ()
    """Taints of nodes that are tolerated."""

    priority_class_name: ObjectNameOrNone = ""
    """PriorityClass of the pods. Empty: the cluster's default."""

    pod_annotations: Annotations = Field(default_factory=dict)
    """Annotations of the pods."""

    run_as_user: UserId = 10001
    """User and group of the processes; at least 10000, so that it is no user of the node."""

    writable_paths: Annotated[tuple[WritablePath, ...], Field(strict=False)] = (
        WritablePath(path="/tmp", size="64Mi"),  # noqa: S108  (a path in the container)
    )
    """Paths that stay writable; the rest of the file system is read-only."""


def backend() -> Workload:
    """The API's defaults."""
    return Workload(
        port=3000,
        probes=Probes(
            startup=Probe(path="/healthz", period_seconds=2, timeout_seconds=2, failures=30),
            readiness=Probe(path="/readyz", period_seconds=5, timeout_seconds=3, failures=3),
            liveness=Probe(path="/healthz", period_seconds=10, timeout_seconds=3, failures=6),
        ),
    )


def frontend() -> Workload:
    """The single-page app's defaults: nginx without privileges needs three writable paths."""
    return Workload(
        port=8080,
        probes=Probes(
            startup=Probe(path="/healthz", period_seconds=1, timeout_seconds=1, failures=30),
            readiness=Probe(path="/healthz", period_seconds=5, timeout_seconds=1, failures=3),
            liveness=Probe(path="/healthz", period_seconds=10, timeout_seconds=2, failures=6),
        ),
        resources=Resources(cpu="50m", memory="64Mi", ephemeral_storage="128Mi"),
        termination_grace_seconds=30,
        writable_paths=(
            WritablePath(path="/tmp", size="32Mi"),  # noqa: S108
            WritablePath(path="/var/cache/nginx", size="32Mi"),
            WritablePath(path="/var/run", size="1Mi"),
        ),
    )
