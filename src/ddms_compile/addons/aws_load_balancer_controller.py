"""AWS Load Balancer Controller: creates the Network Load Balancer of the ingress controller."""

from ddms_compile.addons.addon import Addon
from ddms_compile.addons.pods import account, room, spread
from ddms_compile.resolve import Environment
from ddms_compile.tree import TracedTable

NAME = "aws-load-balancer-controller"
NAMESPACE = "kube-system"


def addon(environment: Environment) -> Addon:
    """Return the release; every environment has it."""
    return Addon(
        name=NAME,
        chart=NAME,
        repository="https://aws.github.io/eks-charts",
        version=environment.read(lambda s: s.versions.charts.aws_load_balancer_controller),
        namespace=NAMESPACE,
        values=values(environment),
    )


def values(environment: Environment) -> TracedTable:
    """Return all values but `vpcId`, which Terraform adds. Pods cannot read region and VPC from instance metadata."""
    names, read = environment.names, environment.read
    return {
        "clusterName": names.cluster,
        "region": read(lambda s: s.aws.region),
        "serviceAccount": account(environment, NAME, NAME),
        "podDisruptionBudget": {"maxUnavailable": 1},
        "resources": room("100m", "256Mi"),
        "topologySpreadConstraints": spread(name=NAME),
        "defaultTargetType": "ip",
        # No Application Load Balancers: the ingress controller is the only entry point.
        "createIngressClassResource": False,
        # The webhook would run for each Service of the cluster; ours sets `loadBalancerClass` instead.
        "enableServiceMutatorWebhook": False,
        "defaultTags": {
            **read.table(lambda s: s.aws.tags),
            "environment": names.environment,
            "managed-by": "ddms-compile",
            "project": names.project,
        },
    }
