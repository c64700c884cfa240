"""metrics-server: the resource metrics that a HorizontalPodAutoscaler reads."""

from ddms_compile.addons.addon import Addon
from ddms_compile.addons.pods import copies, guarded, room, spread
from ddms_compile.resolve import Environment
from ddms_compile.tree import TracedTable

NAME = "metrics-server"
NAMESPACE = "kube-system"


def addon(environment: Environment) -> Addon:
    """Return the release; every environment has it."""
    return Addon(
        name=NAME,
        chart=NAME,
        repository="https://kubernetes-sigs.github.io/metrics-server/",
        version=environment.read(lambda s: s.versions.charts.metrics_server),
        namespace=NAMESPACE,
        values=values(environment),
    )


def values(environment: Environment) -> TracedTable:
    """Return the values. It trusts the certificates of EKS kubelets, so no `--kubelet-insecure-tls`."""
    return {
        "replicas": copies(environment),
        "podDisruptionBudget": {"enabled": guarded(environment), "maxUnavailable": 1},
        "resources": room("100m", "200Mi"),
        "topologySpreadConstraints": spread(name=NAME),
        "metrics": {"enabled": True},
        "serviceMonitor": {"enabled": True},
    }
