"""The network load balancer in front of the ingress controller, as annotations of its Service.

Names and meanings: AWS Load Balancer Controller, guide, "Service annotations". TLS ends in the ingress controller,
whose certificates cert-manager renews.
"""

from typing import Any

from ddms_compile.resolve import Environment

CLASS = "service.k8s.aws/nlb"
"""The `loadBalancerClass` that the AWS Load Balancer Controller looks after."""

_PREFIX = "service.beta.kubernetes.io/aws-load-balancer-"


def annotations(environment: Environment, *, health_port: str, health_path: str) -> dict[str, Any]:
    """Addresses of pods as targets, traffic over all zones, the client's address kept, health over HTTP."""
    wanted = {
        "type": "external",
        "nlb-target-type": "ip",
        "scheme": environment.read(lambda s: s.edge.scheme),
        "attributes": "load_balancing.cross_zone.enabled=true",
        "target-group-attributes": "deregistration_delay.timeout_seconds=60,preserve_client_ip.enabled=true",
        "healthcheck-protocol": "http",
        "healthcheck-port": health_port,
        "healthcheck-path": health_path,
    }
    return {f"{_PREFIX}{name}": value for name, value in wanted.items()}


def allowed(environment: Environment) -> Any:
    """The ranges from which connections are taken."""
    return environment.read(lambda s: sorted(set(s.edge.allowed_cidrs)))
