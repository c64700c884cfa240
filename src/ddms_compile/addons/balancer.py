"""The network load balancer in front of the ingress controller, as annotations of its Service.

Names and meanings: AWS Load Balancer Controller, guide, "Service annotations". TLS ends in the ingress controller,
whose certificates cert-manager renews.
"""

from typing import Any

from ddms_compile.resolve import Environment

CLASS = "service.k8s.aws/nlb"
"""The `loadBalancerClass` that the AWS Load Balancer Controller looks after."""

DEREGISTRATION_SECONDS = 60
"""How long the load balancer lets connections to a leaving pod end (NLB user guide, "Deregistration delay")."""

SERVING_SECONDS = 120
"""How long a stopping pod still takes connections: until the load balancer has surely stopped sending new ones.

A deregistration starts seconds after the pod's, and takes up to two minutes (AWS Load Balancer Controller, issue 3270).
"""

DRAIN_SECONDS = 120
"""How long it then finishes what it has taken."""

GRACE_SECONDS = SERVING_SECONDS + DRAIN_SECONDS + 30
"""When the kubelet kills it; the autoscaler waits 600 s for a node's pods, a node group's upgrade 15 minutes."""

ROLLOUT = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "50%", "maxUnavailable": 0}}
"""No pod goes before its successor is a healthy target. That takes minutes, so half of them are replaced at once."""

_PREFIX = "service.beta.kubernetes.io/aws-load-balancer-"


def annotations(environment: Environment, *, health_port: str, health_path: str) -> dict[str, Any]:
    """Addresses of pods as targets, traffic over all zones, the client's address kept, health over HTTP."""
    wanted = {
        "type": "external",
        "nlb-target-type": "ip",
        "scheme": environment.read(lambda s: s.edge.scheme),
        "attributes": "load_balancing.cross_zone.enabled=true",
        "target-group-attributes": f"deregistration_delay.timeout_seconds={DEREGISTRATION_SECONDS},"
        "preserve_client_ip.enabled=true",
        "healthcheck-protocol": "http",
        "healthcheck-port": health_port,
        "healthcheck-path": health_path,
    }
    return {f"{_PREFIX}{name}": value for name, value in wanted.items()}


def allowed(environment: Environment) -> Any:
    """The ranges from which connections are taken."""
    return environment.read(lambda s: sorted(set(s.edge.allowed_cidrs)))
