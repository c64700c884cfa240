"""Rolling and draining lose no request: the times of everything that a request passes, and the way out of every pod.

Sources: Kubernetes, "Pod Lifecycle" (termination) and "Disruptions"; AWS Load Balancer Controller v3.5, "Pod readiness
gate"; NLB user guide, "Deregistration delay"; ingress-nginx, "Command line arguments"; Traefik, "EntryPoints";
cluster autoscaler, FAQ, "What types of pods can prevent CA from removing a node?".
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from cluster.rendered import Cluster
from ddms_compile.resolve import Environment
from terraform.shapes import environment, of

ENVIRONMENTS: Mapping[str, Environment] = {
    **{shape: environment(shape) for shape in ("prod", "staging", "traefik", "bare")},
    "slow": of("prod", workloads__backend__shutdown_grace="1h", workloads__frontend__shutdown_grace="20s"),
    "alone": of("prod", edge__controller="traefik", edge__replicas=1),
    "fixed": of("prod", workloads__backend__replicas__min=2, workloads__backend__replicas__max=2),
    "single": of("staging", workloads__backend__replicas__min=1, workloads__frontend__replicas__max=2),
}
each_cluster = pytest.mark.parametrize("cluster", [Cluster(e) for e in ENVIRONMENTS.values()], ids=list(ENVIRONMENTS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """How an ingress controller stops, in seconds: still takes connections, finishes them, exits; killed at `grace`."""

    serving: int
    drain: int
    exits: int
    grace: int
    strategy: Mapping[str, Any]


def _stop(cluster: Cluster) -> Stop:
    if cluster.environment.edge.namespace.value == "traefik":
        values = cluster.values("traefik")
        (times,) = {tuple(sorted(_seconds(values["ports"][port]).items())) for port in ("web", "websecure")}
        found = dict(times)
        return Stop(
            serving=found["requestAcceptGraceTimeout"],
            drain=found["graceTimeOut"],
            exits=0,
            grace=values["deployment"]["terminationGracePeriodSeconds"],
            strategy=values["updateStrategy"],
        )
    values = cluster.values("ingress-nginx")["controller"]
    return Stop(
        serving=values["extraArgs"]["shutdown-grace-period"],
        drain=int(values["config"]["worker-shutdown-timeout"].removesuffix("s")),
        exits=10,  # `post-shutdown-grace-period`, its default
        grace=values["terminationGracePeriodSeconds"],
        strategy=values["updateStrategy"],
    )


def _seconds(port: Mapping[str, Any]) -> dict[str, int]:
    return {name: int(time.removesuffix("s")) for name, time in port["transport"]["lifeCycle"].items()}


def _service(cluster: Cluster) -> Mapping[str, str]:
    """Annotations of the load balancer's Service."""
    name = cluster.environment.edge.namespace.value
    values = cluster.values(name)
    found: Mapping[str, str] = (values if name == "traefik" else values["controller"])["service"]["annotations"]
    return {key.rpartition("aws-load-balancer-")[2]: value for key, value in found.items()}


@each_cluster
def test_a_controller_serves_until_the_load_balancer_has_forgotten_it(cluster: Cluster) -> None:
    """A stopping controller takes connections for longer than a deregistration, and is killed after its last answer."""
    stop = _stop(cluster)
    attributes = dict(pair.split("=") for pair in _service(cluster)["target-group-attributes"].split(","))
    assert stop.serving > int(attributes["deregistration_delay.timeout_seconds"])
    assert stop.grace > stop.serving + stop.drain + stop.exits


@each_cluster
def test_no_controller_goes_before_its_successor_is_a_healthy_target(cluster: Cluster) -> None:
    """Pods are targets themselves; the namespace asks for readiness gates, and a rollout takes none away beforehand."""
    assert _service(cluster)["nlb-target-type"] == "ip"
    (space,) = (
        item
        for item in cluster.kind("Namespace")
        if item["metadata"]["name"] == cluster.environment.edge.namespace.value
    )
    assert space["metadata"]["labels"]["elbv2.k8s.aws/pod-readiness-gate-inject"] == "enabled"
    # Nothing that turns the webhook off, or makes it choose by anything else.
    controller = cluster.values("aws-load-balancer-controller")
    assert not {"enablePodReadinessGateInject", "webhookNamespaceSelectors", "objectSelector"} & set(controller)
    strategy = _stop(cluster).strategy["rollingUpdate"]
    assert strategy["maxUnavailable"] == 0
    assert re.fullmatch(r"[1-9][0-9]*%?", str(strategy["maxSurge"]))


@each_cluster
def test_a_pod_of_the_application_finishes_before_it_is_killed(cluster: Cluster) -> None:
    """First it serves on while the ingress controller learns of its end; then it stops within what is left."""
    for deployment in cluster.kind("Deployment"):
        assert deployment["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
        pod = deployment["spec"]["template"]["spec"]
        (container,) = pod["containers"]
        pause = container["lifecycle"]["preStop"]["sleep"]["seconds"]
        assert pause >= 5
        own = 0
        for source in container.get("envFrom", []):
            for held in cluster.kind("ConfigMap"):
                if held["metadata"]["name"] == source.get("configMapRef", {}).get("name"):
                    own = int(held["data"].get("SHUTDOWN_GRACE_SECONDS", 0))
        assert pod["terminationGracePeriodSeconds"] > pause + own
        assert container["readinessProbe"]
    backend = next(item for item in cluster.kind("ConfigMap") if item["metadata"]["name"] == "ddms-backend")
    assert int(backend["data"]["SHUTDOWN_GRACE_SECONDS"]) >= 1


@each_cluster
def test_a_budget_always_lets_one_pod_go(cluster: Cluster) -> None:
    """No disruption budget forbids what a drain does first: to evict one pod of the fewest that there are."""
    scalers = {
        item["metadata"]["name"]: item["spec"]["minReplicas"] for item in cluster.kind("HorizontalPodAutoscaler")
    }
    for budget in cluster.kind("PodDisruptionBudget"):
        name, spec = budget["metadata"]["name"], budget["spec"]
        (target,) = (item for item in cluster.kind("Deployment") if item["metadata"]["name"] == name)
        fewest = scalers.get(name, target["spec"].get("replicas"))
        assert _may_go(spec, fewest) == 1
    edge = cluster.environment.edge.namespace.value
    values = cluster.values(edge)
    controller = values["podDisruptionBudget"] if edge == "traefik" else values["controller"]
    assert controller["maxUnavailable"] == 1 and "minAvailable" not in controller
    for name in ("aws-load-balancer-controller", "metrics-server"):
        assert cluster.values(name)["podDisruptionBudget"]["maxUnavailable"] == 1
    # The default of cert-manager's chart is minAvailable: 1, so a budget needs a second pod.
    manager = cluster.values("cert-manager")
    for part in (manager, manager["webhook"], manager["cainjector"]):
        assert part["podDisruptionBudget"] == {"enabled": part["replicaCount"] > 1}


def _may_go(budget: Mapping[str, Any], pods: int) -> int:
    if "maxUnavailable" in budget:
        return min(int(budget["maxUnavailable"]), pods)
    return pods - int(budget["minAvailable"])


@each_cluster
def test_the_autoscaler_can_remove_every_node(cluster: Cluster) -> None:
    """Neither an emptyDir nor a system pod keeps a node, and no pod is killed before its own grace has passed."""
    if not cluster.environment.read(lambda s: s.cluster.autoscaler).value:
        return
    arguments = cluster.values("cluster-autoscaler")["extraArgs"]
    pods = [item["spec"]["template"]["spec"] for item in cluster.kind("Deployment")]
    assert any("emptyDir" in volume for pod in pods for volume in pod.get("volumes", []))
    assert arguments["skip-nodes-with-local-storage"] is False
    assert arguments["skip-nodes-with-system-pods"] is False
    patience = arguments.get("max-graceful-termination-sec", 600)
    assert patience >= max([_stop(cluster).grace, *(pod["terminationGracePeriodSeconds"] for pod in pods)])


@each_cluster
def test_a_volume_of_one_node_is_given_up_before_it_is_taken(cluster: Cluster) -> None:
    """A Deployment with a claim that one node at a time may mount ends its old pod first; a rollout would hang."""
    grafana = cluster.values("kube-prometheus-stack")["grafana"]
    if grafana["enabled"]:
        assert grafana["persistence"]["enabled"]
        assert grafana["deploymentStrategy"] == {"type": "Recreate"}
    for deployment in cluster.kind("Deployment"):
        volumes = deployment["spec"]["template"]["spec"].get("volumes", [])
        assert not any("persistentVolumeClaim" in volume for volume in volumes)
