"""Traefik, an ingress controller: the maintained alternative to ingress-nginx."""

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

NAME = "traefik"
NAMESPACE = "traefik"


STOPPING = {"lifeCycle": {"graceTimeOut": f"{DRAIN_SECONDS}s", "requestAcceptGraceTimeout": f"{SERVING_SECONDS}s"}}
"""A terminating Traefik accepts connections for a while, then finishes them (Traefik, "EntryPoints", lifeCycle)."""


def addon(environment: Environment) -> Addon:
    """Return the release; wanted when `edge.controller` selects it."""
    controller = environment.read(lambda s: s.edge.controller)
    return Addon(
        name=NAME,
        chart=NAME,
        repository="https://traefik.github.io/charts",
        version=environment.read(lambda s: s.versions.charts.traefik),
        namespace=NAMESPACE,
        values=values(environment),
        exists=controller.keys,
        wanted=controller.value == NAME,
    )


def values(environment: Environment) -> TracedTable:
    """Return the values. Hosts with a certificate redirect from port 80 to 443, except the path of HTTP-01."""
    replicas = environment.read(lambda s: s.edge.replicas)
    return {
        "deployment": {"replicas": replicas, "terminationGracePeriodSeconds": GRACE_SECONDS},
        "podDisruptionBudget": {
            "enabled": replicas.map(lambda count: count > 1),
            "maxUnavailable": replicas.map(lambda _: 1),
        },
        "priorityClassName": "system-cluster-critical",
        "resources": room("100m", "384Mi"),
        "topologySpreadConstraints": spread(name=NAME),
        "updateStrategy": ROLLOUT,
        "ingressClass": {"isDefaultClass": False, "name": environment.edge.ingress_class},
        "providers": {
            # Ingress objects only, no IngressRoute.
            "kubernetesCRD": {"enabled": False},
            "kubernetesIngress": {"enabled": False},
            # Reads the annotations of ingress-nginx, with its defaults for redirects, body sizes and timeouts.
            "kubernetesIngressNGINX": {
                "enabled": True,
                "ingressClass": environment.edge.ingress_class,
                "ingressClassByName": True,
                "publishService": {"enabled": True},
            },
        },
        "ports": {
            "web": {"transport": STOPPING},
            "websecure": {"transport": STOPPING},
        },
        "service": {
            "annotations": annotations(environment, health_port="8080", health_path="/ping"),
            "spec": {
                "loadBalancerClass": CLASS,
                "loadBalancerSourceRanges": allowed(environment),
            },
        },
        "metrics": {"prometheus": {"service": {"enabled": True}, "serviceMonitor": {"enabled": True}}},
    }
