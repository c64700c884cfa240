"""ingress-nginx, an ingress controller. Its project retired it in March 2026."""

from ddms_compile.addons.addon import Addon
from ddms_compile.addons.balancer import (
    CLASS,
    DRAIN_SECONDS,
    GRACE_SECONDS,
    ROLLOUT,
    SERVING_SECONDS,
    allowed,
    annotations,
)
from ddms_compile.addons.pods import room, spread
from ddms_compile.resolve import Environment
from ddms_compile.tree import TracedTable

NAME = "ingress-nginx"
NAMESPACE = "ingress-nginx"


def addon(environment: Environment) -> Addon:
    """Return the release; wanted when `edge.controller` selects it."""
    controller = environment.read(lambda s: s.edge.controller)
    return Addon(
        name=NAME,
        chart=NAME,
        repository="https://kubernetes.github.io/ingress-nginx",
        version=environment.read(lambda s: s.versions.charts.ingress_nginx),
        namespace=NAMESPACE,
        values=values(environment),
        exists=controller.keys,
        wanted=controller.value == NAME,
    )


def values(environment: Environment) -> TracedTable:
    """Return the values. Snippets stay off (the chart's default): an Ingress must not inject nginx configuration."""
    return {
        "controller": {
            "replicaCount": environment.read(lambda s: s.edge.replicas),
            "maxUnavailable": 1,
            "priorityClassName": "system-cluster-critical",
            "resources": room("100m", "384Mi"),
            "topologySpreadConstraints": spread(component="controller", name=NAME),
            "updateStrategy": ROLLOUT,
            "terminationGracePeriodSeconds": GRACE_SECONDS,
            # The chart's preStop hook starts the shutdown and waits until it ends.
            "extraArgs": {"shutdown-grace-period": SERVING_SECONDS},
            "ingressClassResource": {"name": environment.edge.ingress_class},
            "config": {
                "hsts-include-subdomains": "false",
                "strict-validate-path-type": "true",
                "worker-shutdown-timeout": f"{DRAIN_SECONDS}s",
            },
            "service": {
                "loadBalancerClass": CLASS,
                "loadBalancerSourceRanges": allowed(environment),
                "annotations": annotations(environment, health_port="10254", health_path="/healthz"),
            },
            "metrics": {"enabled": True, "serviceMonitor": {"enabled": True}},
        }
    }
