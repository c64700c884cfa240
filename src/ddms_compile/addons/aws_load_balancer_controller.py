"""AWS Load Balancer Controller: makes the network load balancer of the ingress controller."""

from typing import Any

from ddms_compile.addons.addon import Addon
from ddms_compile.addons.pods import account, room, spread
from ddms_compile.resolve import Environment

NAME = "aws-load-balancer-controller"
NAMESPACE = "kube-system"


def addon(environment: Environment) -> Addon:
    """Always there."""
    return Addon(
        name=NAME,
        chart=NAME,
        repository="https://aws.github.io/eks-charts",
        version=environment.read(lambda s: s.versions.charts.aws_load_balancer_controller),
        namespace=NAMESPACE,
        values=values(environment),
    )


def values(environment: Environment) -> dict[str, Any]:
    """Everything but `vpcId`, which Terraform adds. Without the two it would ask the metadata service, in vain."""
    names, read = environment.names, environment.read
    return {
        "clusterName": names.cluster,
        "region": read(lambda s: s.aws.region),
        "serviceAccount": account(environment, NAME, NAME),
        "podDisruptionBudget": {"maxUnavailable": 1},
        "resources": room("100m", "256Mi"),
        "topologySpreadConstraints": spread(name=NAME),
        "defaultTargetType": "ip",
        # No Application Load Balancers here: the ingress controller is the one way in.
        "createIngressClassResource": False,
        # Else the creation of every Service in the cluster waits for this webhook; ours names its class instead.
        "enableServiceMutatorWebhook": False,
        "defaultTags": {
            **read.table(lambda s: s.aws.tags),
            "environment": names.environment,
            "managed-by": "ddms-compile",
            "project": names.project,
        },
    }
