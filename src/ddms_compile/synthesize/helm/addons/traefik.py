"""Traefik: the maintained alternative to ingress-nginx."""

from typing import Any

from ddms_compile.resolve import Environment
from ddms_compile.synthesize.helm.addons.addon import Addon
from ddms_compile.synthesize.helm.addons.balancer import CLASS, allowed, annotations
from ddms_compile.synthesize.helm.addons.pods import room, spread

NAME = "traefik"
NAMESPACE = "traefik"


def addon(environment: Environment) -> Addon:
    """There when `edge.controller` says so."""
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


def values(environment: Environment) -> dict[str, Any]:
    """Port 80 leads to 443; proofs of hosts by HTTP-01 follow the way there."""
    replicas = environment.read(lambda s: s.edge.replicas)
    return {
        "deployment": {"replicas": replicas},
        "podDisruptionBudget": {
            "enabled": replicas.map(lambda count: count > 1),
            "maxUnavailable": replicas.map(lambda _: 1),
        },
        "priorityClassName": "system-cluster-critical",
        "resources": room("100m", "384Mi"),
        "topologySpreadConstraints": spread(name=NAME),
        "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}},
        "ingressClass": {"enabled": True, "isDefaultClass": False, "name": environment.edge.ingress_class},
        "providers": {
            # Ingress objects only: no second language beside them.
            "kubernetesCRD": {"enabled": False},
            "kubernetesIngress": {"enabled": True, "publishedService": {"enabled": True}},
        },
        "ports": {
            "web": {"http": {"redirections": {"entryPoint": {"to": "websecure", "scheme": "https", "permanent": True}}}}
        },
        "service": {
            "annotations": annotations(environment, health_port="8080", health_path="/ping"),
            "spec": {
                "type": "LoadBalancer",
                "loadBalancerClass": CLASS,
                "loadBalancerSourceRanges": allowed(environment),
            },
        },
        "metrics": {"prometheus": {"service": {"enabled": True}, "serviceMonitor": {"enabled": True}}},
    }
