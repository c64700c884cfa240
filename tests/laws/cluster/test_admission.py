"""What controllers create in our namespaces is admitted there."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chart.network import allowed
from cluster.controllers import CONTROLLERS
from cluster.limits import refusals, surge
from cluster.rendered import Cluster
from ddms_compile.addons import candidates
from ddms_compile.resolve import Environment
from terraform.shapes import environment, of

LARGE: Mapping[str, Any] = {
    "workloads__backend__replicas__max": 50,
    "workloads__backend__resources__cpu": "1500m",
    "workloads__frontend__replicas__max": 31,
    "workloads__frontend__resources__memory": "3Gi",
}
SMALL: Mapping[str, Any] = {
    "workloads__backend__replicas__min": 1,
    "workloads__backend__replicas__max": 1,
    "workloads__frontend__replicas__min": 1,
    "workloads__frontend__replicas__max": 1,
}
ENVIRONMENTS: Mapping[str, Environment] = {
    **{shape: environment(shape) for shape in ("prod", "staging", "traefik", "bare", "dns_01", "carried_secrets")},
    "large": of("prod", **LARGE),
    "small": of("staging", **SMALL),
}

each_cluster = pytest.mark.parametrize("cluster", [Cluster(e) for e in ENVIRONMENTS.values()], ids=list(ENVIRONMENTS))


def test_every_addon_was_read_at_its_pinned_version() -> None:
    """Each upstream chart has an entry that says what it creates, read at the version that is installed."""
    pinned = {
        addon.chart: addon.version.value
        for addon in candidates(environment("prod"))
        if addon.version is not None and addon.repository is not None
    }
    assert {controller.chart: controller.version for controller in CONTROLLERS} == pinned


@each_cluster
def test_what_controllers_create_is_admitted(cluster: Cluster) -> None:
    """While all pods of the application are replaced, the namespaces admit what every controller makes beside them."""
    made = [entry for each in CONTROLLERS if each.chart != "velero" for entry in each.makes(cluster)]
    assert list(refusals([*made, *_rolling(cluster)], cluster.objects)) == []


@settings(max_examples=10)
@given(
    backend=st.tuples(st.integers(1, 50), st.integers(10, 8000), st.integers(16, 16384)),
    frontend=st.tuples(st.integers(1, 50), st.integers(10, 8000), st.integers(16, 16384)),
)
def test_an_application_of_any_size_is_admitted(backend: tuple[int, int, int], frontend: tuple[int, int, int]) -> None:
    """The quota follows the data: whatever the pods are, all of them can be replaced while hosts are validated."""
    changes: dict[str, Any] = {}
    for name, (most, cpu, memory) in (("backend", backend), ("frontend", frontend)):
        changes[f"workloads__{name}__replicas__min"] = min(most, 2)
        changes[f"workloads__{name}__replicas__max"] = most
        changes[f"workloads__{name}__resources__cpu"] = f"{cpu}m"
        changes[f"workloads__{name}__resources__memory"] = f"{memory}Mi"
    cluster = Cluster(of("prod", **changes))
    assert list(refusals([*_solvers(cluster), *_rolling(cluster)], cluster.objects)) == []


@each_cluster
def test_a_restore_is_admitted(cluster: Cluster) -> None:
    """Velero can restore the application at its largest into its namespace."""
    (velero,) = (each for each in CONTROLLERS if each.chart == "velero")
    made = velero.makes(cluster)
    assert {item["kind"] for item, _ in made} == {"Deployment", "Service"}
    assert list(refusals(made, cluster.objects)) == []


@each_cluster
def test_what_controllers_create_is_reached(cluster: Cluster) -> None:
    """Network policies let through each connection that a controller's pods live by."""
    policies = cluster.kind("NetworkPolicy")
    ways = [way for controller in CONTROLLERS for way in controller.ways(cluster)]
    assert [way for way in ways if not allowed(policies, *way)] == []
    if cluster.environment.read(lambda s: s.edge.tls.challenge).value == "http-01":
        assert "ddms" in {target.namespace for _, target, _ in ways}


def _solvers(cluster: Cluster) -> list[tuple[dict[str, Any], int]]:
    (manager,) = (each for each in CONTROLLERS if each.chart == "cert-manager")
    return manager.makes(cluster)


def _rolling(cluster: Cluster) -> list[tuple[dict[str, Any], int]]:
    """A rolling update in which no old pod has ended yet, and the pods of `helm test`."""
    scalers = {item["metadata"]["name"]: item for item in cluster.kind("HorizontalPodAutoscaler")}
    made = []
    for item in cluster.kind("Deployment", "Pod", "Service"):
        count = 1
        if item["kind"] == "Deployment":
            rolling = item["spec"]["strategy"]["rollingUpdate"]
            scaler = scalers.get(item["metadata"]["name"])
            most = scaler["spec"]["maxReplicas"] if scaler else item["spec"]["replicas"]
            count = 2 * most + surge(most, int(rolling["maxSurge"].removesuffix("%")))
        made.append((item, count))
    return made


def _solver(cluster: Cluster, **changes: Any) -> list[str]:
    """What is refused of the solvers when the issuer's HTTP-01 solver has other settings."""
    others = Cluster(cluster.environment)
    for issuer in others.kind("ClusterIssuer"):
        for solver in issuer["spec"]["acme"]["solvers"]:
            solver["http01"]["ingress"].update(changes)
    return list(refusals(_solvers(others), others.objects))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"serviceType": "NodePort"}, "services.nodeports"),
        ({"serviceType": "LoadBalancer"}, "services.loadbalancers"),
        ({"podTemplate": {"spec": {"securityContext": {"runAsNonRoot": True}}}}, "seccompProfile"),
        ({"podTemplate": {"spec": {"securityContext": {"seccompProfile": {"type": "Localhost"}}}}}, "runAsNonRoot"),
        ({"podTemplate": {"spec": {"resources": {"requests": {"memory": "1Gi"}}}}}, "more memory than its limit"),
        (
            {"podTemplate": {"spec": {"resources": {"requests": {"cpu": "90"}, "limits": {"cpu": "90"}}}}},
            "requests.cpu",
        ),
    ],
)
def test_the_model_refuses_what_the_api_server_would(changes: dict[str, Any], reason: str) -> None:
    """Each limit has teeth: a solver that breaks it is refused for that reason."""
    found = _solver(Cluster(environment("prod")), **changes)
    assert found and any(reason in each for each in found), found
