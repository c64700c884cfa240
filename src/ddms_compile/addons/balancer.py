"""The Network Load Balancer in front of the ingress controller, as annotations of its Service.

Names and meanings: AWS Load Balancer Controller, guide, "Service annotations". TLS ends in the ingress controller,
whose certificates cert-manager renews.
"""

from ddms_compile.resolve import Environment
from ddms_compile.tree import TracedTable, TracedTree

CLASS = "service.k8s.aws/nlb"
"""The `loadBalancerClass` that the AWS Load Balancer Controller reconciles."""

DEREGISTRATION_SECONDS = 60
"""Seconds that connections to a deregistered target may take to end (NLB user guide, "Deregistration delay")."""

SERVING_SECONDS = 120
"""Seconds that a terminating pod still accepts connections: until the load balancer has stopped sending new ones.

Deregistration begins seconds after termination and takes up to two minutes (AWS Load Balancer Controller, issue 3270).
"""

DRAIN_SECONDS = 120
"""Seconds that it then takes to finish open requests."""

GRACE_SECONDS = SERVING_SECONDS + DRAIN_SECONDS + 30
"""`terminationGracePeriodSeconds`: below the 600 s of the autoscaler and the 15 minutes of a node group's upgrade."""

ROLLOUT: TracedTable = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "50%", "maxUnavailable": 0}}
"""A pod stops after its successor is a healthy target. That takes minutes, so half of them are replaced at once."""

_PREFIX = "service.beta.kubernetes.io/aws-load-balancer-"


def annotations(environment: Environment, *, health_port: str, health_path: str) -> TracedTable:
    """Return the annotations: IP targets, cross-zone load balancing, preserved client address, HTTP health checks."""
    wanted: TracedTable = {
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


def allowed(environment: Environment) -> TracedTree:
    """Return the CIDR ranges that may connect."""
    return environment.read(lambda s: sorted(set(s.edge.allowed_cidrs)))
