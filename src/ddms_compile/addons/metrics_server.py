"""metrics-server: without it a HorizontalPodAutoscaler does nothing."""

from typing import Any

from ddms_compile.addons.addon import Addon
from ddms_compile.addons.pods import copies, guarded, room, spread
from ddms_compile.resolve import Environment

NAME = "metrics-server"
NAMESPACE = "kube-system"


def addon(environment: Environment) -> Addon:
    """Always there."""
    return Addon(
        name=NAME,
        chart=NAME,
        repository="https://kubernetes-sigs.github.io/metrics-server/",
        version=environment.read(lambda s: s.versions.charts.metrics_server),
        namespace=NAMESPACE,
        values=values(environment),
    )


def values(environment: Environment) -> dict[str, Any]:
    """EKS's kubelets have certificates that it trusts; nothing is made insecure."""
    return {
        "replicas": copies(environment),
        "podDisruptionBudget": {"enabled": guarded(environment), "maxUnavailable": 1},
        "resources": room("100m", "200Mi"),
        "topologySpreadConstraints": spread(name=NAME),
        "metrics": {"enabled": True},
        "serviceMonitor": {"enabled": True},
    }
