"""Cluster Autoscaler: adds and removes nodes between the bounds of each node group."""

from ddms_compile.addons.addon import Addon
from ddms_compile.addons.pods import (
    account,
    copies,
    restricted,
    room,
    spread,
    unprivileged_pod,
)
from ddms_compile.catalog.kubernetes import autoscaler_tag
from ddms_compile.resolve import Environment
from ddms_compile.spec.units import seconds
from ddms_compile.tree import TracedTable

NAME = "cluster-autoscaler"
NAMESPACE = "kube-system"
OWN_PATIENCE_SECONDS = 600
"""Default of `max-graceful-termination-sec` in seconds (Cluster Autoscaler, FAQ, "What are the parameters to CA?")."""


def addon(environment: Environment) -> Addon:
    """Return the release; wanted with `cluster.autoscaler`."""
    enabled = environment.read(lambda s: s.cluster.autoscaler)
    return Addon(
        name=NAME,
        chart=NAME,
        repository="https://kubernetes.github.io/autoscaler",
        version=environment.read(lambda s: s.versions.charts.cluster_autoscaler),
        namespace=NAMESPACE,
        values=values(environment),
        exists=enabled.keys,
        wanted=enabled.value,
    )


def values(environment: Environment) -> TracedTable:
    """Return the values. The image has the cluster's minor version, since it simulates that version's scheduler."""
    read = environment.read
    return {
        "fullnameOverride": NAME,
        "awsRegion": read(lambda s: s.aws.region),
        "autoDiscovery": {"clusterName": environment.names.cluster},
        "image": {"tag": read(lambda s: autoscaler_tag(s.cluster.version))},
        "extraArgs": {
            "balance-similar-node-groups": True,
            "expander": "least-waste",
            # By default a pod with an emptyDir, as ours have for /tmp, blocks the removal of its node.
            "skip-nodes-with-local-storage": False,
            "skip-nodes-with-system-pods": False,
            **_patience(environment),
        },
        "replicaCount": copies(environment),
        "rbac": {"serviceAccount": account(environment, NAME, NAME)},
        "resources": room("50m", "300Mi"),
        "securityContext": unprivileged_pod(),
        "containerSecurityContext": restricted(),
        "topologySpreadConstraints": spread(instance=NAME),
        "serviceMonitor": {"enabled": True, "interval": "30s", "namespace": NAMESPACE},
    }


def _patience(environment: Environment) -> TracedTable:
    """Return `max-graceful-termination-sec` when a pod needs longer than the default of 600 s."""
    longest = environment.read(
        lambda s: max(seconds(workload.shutdown_grace) for workload in (s.workloads.backend, s.workloads.frontend))
    )
    return {"max-graceful-termination-sec": longest} if longest.value > OWN_PATIENCE_SECONDS else {}
