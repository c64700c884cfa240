"""`backend` and `frontend`: one shape for both, so that neither forgets what the other has."""

from typing import Annotated

from pydantic import Field

from ddms_compile.kubernetes.chart.values.base import (
    Annotations,
    HighPort,
    Labels,
    ObjectNameOrNone,
    Seconds,
    UserId,
    Values,
    Variables,
)
from ddms_compile.kubernetes.chart.values.image import ImageValues
from ddms_compile.kubernetes.chart.values.parts import (
    Autoscaling,
    DisruptionBudget,
    EgressValues,
    MetricsValues,
    ProbesValues,
    ProbeValues,
    ReplicasValues,
    ResourcesValues,
    ServiceAccount,
    Toleration,
    TopologySpread,
    WritablePath,
)
from ddms_compile.kubernetes.chart.values.secrets import Secrets


class WorkloadValues(Values):
    image: ImageValues = ImageValues()
    """Image of the container."""

    port: HighPort
    """Port on which the container listens, and of its Service: policies of the VPC CNI require both to be equal."""

    replicas: ReplicasValues = ReplicasValues()
    """Bounds of the number of replicas."""

    autoscaling: Autoscaling = Autoscaling()
    """Targets of the autoscaler."""

    resources: ResourcesValues = ResourcesValues()
    """Resource requests of a pod."""

    probes: ProbesValues
    """Probes of the container."""

    environment: Variables = Field(default_factory=dict)
    """Environment variables that are not secret; a ConfigMap."""

    secrets: Secrets = Secrets()
    """Environment variables that are secret."""

    service_account: ServiceAccount = ServiceAccount()
    """Identity of the pods. No token of the cluster's API is mounted."""

    metrics: MetricsValues = MetricsValues()
    """Prometheus metrics."""

    egress: Annotated[tuple[EgressValues, ...], Field(strict=False)] = ()
    """Egress rules in addition to DNS (and, for the backend, the database and Redis)."""

    termination_grace_seconds: Annotated[int, Field(ge=1, le=3600)] = 45
    """Termination grace period of a pod, in seconds; longer than `preStopSeconds`."""

    pre_stop_seconds: Seconds = 10
    """Time for which a terminating pod keeps serving, in seconds, until the ingress controller has removed it. 0:
    none."""

    pod_disruption_budget: DisruptionBudget = DisruptionBudget()
    """Disruption budget for node drains."""

    topology_spread: TopologySpread = TopologySpread()
    """Topology spread of pods over zones and nodes."""

    node_selector: Labels = Field(default_factory=dict)
    """Node labels that pods require."""

    tolerations: Annotated[tuple[Toleration, ...], Field(strict=False)] = ()
    """Taints that pods tolerate."""

    priority_class_name: ObjectNameOrNone = ""
    """PriorityClass of the pods. Empty: the cluster's default."""

    pod_annotations: Annotations = Field(default_factory=dict)
    """Annotations of the pods."""

    run_as_user: UserId = 10001
    """User and group ID of the processes; at least 10000, so that it is no user of the node."""

    writable_paths: Annotated[tuple[WritablePath, ...], Field(strict=False)] = (
        WritablePath(path="/tmp", size="64Mi"),  # noqa: S108  (a path in the container)
    )
    """Writable paths; the rest of the file system is read-only."""


def backend() -> WorkloadValues:
    """The API's defaults."""
    return WorkloadValues(
        port=3000,
        probes=ProbesValues(
            startup=ProbeValues(path="/healthz", period_seconds=2, timeout_seconds=2, failures=30),
            readiness=ProbeValues(path="/readyz", period_seconds=5, timeout_seconds=3, failures=3),
            liveness=ProbeValues(path="/healthz", period_seconds=10, timeout_seconds=3, failures=6),
        ),
    )


def frontend() -> WorkloadValues:
    """The single-page app's defaults: nginx without privileges needs three writable paths."""
    return WorkloadValues(
        port=8080,
        probes=ProbesValues(
            startup=ProbeValues(path="/healthz", period_seconds=1, timeout_seconds=1, failures=30),
            readiness=ProbeValues(path="/healthz", period_seconds=5, timeout_seconds=1, failures=3),
            liveness=ProbeValues(path="/healthz", period_seconds=10, timeout_seconds=2, failures=6),
        ),
        resources=ResourcesValues(cpu="50m", memory="64Mi", ephemeral_storage="128Mi"),
        termination_grace_seconds=30,
        writable_paths=(
            WritablePath(path="/tmp", size="32Mi"),  # noqa: S108
            WritablePath(path="/var/cache/nginx", size="32Mi"),
            WritablePath(path="/var/run", size="1Mi"),
        ),
    )
