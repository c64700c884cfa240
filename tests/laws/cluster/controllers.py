"""What each add-on creates at run time in namespaces of the cluster, as its own source has it at the pinned version.

An entry records the version of the chart for which its source was read: a new pin is a new reading. Custom objects,
Leases, Events, Secrets and ConfigMaps are left out: no limit of ours counts them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chart.network import End
from cluster.rendered import Cluster, Manifest

Made = list[tuple[Manifest, int]]
Ways = list[tuple[End, End, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Controller:
    """`makes`: objects and how many of each at once. `ways`: connections that must be possible: from, to, port."""

    chart: str
    version: str
    source: str
    makes: Callable[[Cluster], Made] = lambda _: []
    ways: Callable[[Cluster], Ways] = lambda _: []


def _solvers(cluster: Cluster) -> Made:
    """For each host of an Ingress with a certificate one pod and one Service, in the namespace of the Ingress."""
    made: Made = []
    for solver in _http_solvers(cluster):
        for namespace, hosts in _certified(cluster).items():
            meta = {"namespace": namespace, "generateName": "cm-acme-http-solver-", "labels": SOLVER_LABELS}
            service = {"type": solver.get("serviceType", "NodePort"), "ports": [{"name": "http", "port": 8089}]}
            made.append(({"kind": "Pod", "metadata": meta, "spec": _solver_pod(solver)}, len(hosts)))
            made.append(({"kind": "Service", "metadata": meta, "spec": service}, len(hosts)))
    return made


SOLVER_LABELS = {
    "acme.cert-manager.io/http-domain": "1",
    "acme.cert-manager.io/http-token": "1",
    "acme.cert-manager.io/http01-solver": "true",
}


def _http_solvers(cluster: Cluster) -> list[Manifest]:
    """The solver of the issuer that signs the environment's certificates; none when it is DNS-01."""
    issuer = cluster.environment.edge.issuer.value
    (found,) = (item for item in cluster.kind("ClusterIssuer") if item["metadata"]["name"] == issuer)
    return [each["http01"]["ingress"] for each in found["spec"]["acme"]["solvers"] if "http01" in each]


def _certified(cluster: Cluster) -> dict[str, list[str]]:
    """Hosts with a certificate of cert-manager, by the namespace of their Ingress; Grafana's is made upstream."""
    grafana = cluster.values("kube-prometheus-stack")["grafana"]
    hosts = {"monitoring": list(grafana.get("ingress", {}).get("hosts", []))}
    for ingress in cluster.kind("Ingress"):
        assert "cert-manager.io/cluster-issuer" in ingress["metadata"]["annotations"]
        hosts[ingress["metadata"]["namespace"]] = [host for tls in ingress["spec"]["tls"] for host in tls["hosts"]]
    return {namespace: found for namespace, found in hosts.items() if found}


def _solver_pod(solver: Manifest) -> Manifest:
    """The pod by default, and over it what the issuer's template names: a security context replaces the whole one."""
    template = solver.get("podTemplate", {}).get("spec", {})
    own: dict[str, Any] = {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
    resources = {"requests": {"cpu": "10m", "memory": "64Mi"}, "limits": {"cpu": "100m", "memory": "64Mi"}}
    container = {
        "name": "acmesolver",
        "resources": {
            kind: {**amounts, **template.get("resources", {}).get(kind, {})} for kind, amounts in resources.items()
        },
        "ports": [{"name": "http", "containerPort": 8089}],
        "securityContext": {
            "readOnlyRootFilesystem": True,
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
        },
    }
    return {"securityContext": template.get("securityContext", own), "containers": [container]}


def _ways_to_solvers(cluster: Cluster) -> Ways:
    """Let's Encrypt's request reaches a solver through the ingress controller."""
    namespace = cluster.environment.edge.namespace.value
    controller = End(namespace=namespace, labels={"app.kubernetes.io/name": namespace})
    return [
        (controller, End(namespace=pod["metadata"]["namespace"], labels=SOLVER_LABELS), 8089)
        for pod, _ in _solvers(cluster)
        if pod["kind"] == "Pod"
    ]


def _monitoring(cluster: Cluster) -> Made:
    """The operator's StatefulSets, with what their custom objects ask for, and a headless Service for each."""
    values = cluster.values("kube-prometheus-stack")
    made: Made = []
    for app, spec in (
        ("prometheus", values["prometheus"]["prometheusSpec"]),
        ("alertmanager", values["alertmanager"]["alertmanagerSpec"]),
    ):
        meta = {"namespace": "monitoring", "name": f"{app}-kube-prometheus-stack-{app}"}
        context = {"runAsNonRoot": True, "runAsUser": 1000, "seccompProfile": {"type": "RuntimeDefault"}}
        hardened = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
        containers = [
            {"name": app, "resources": spec["resources"], "securityContext": hardened},
            {"name": "config-reloader", "securityContext": hardened},
        ]
        pod = {"securityContext": context, "containers": containers, "initContainers": [containers[1]]}
        made.append(({"kind": "StatefulSet", "metadata": meta, "spec": {"template": {"spec": pod}}}, 1))
        ports = [{"name": "http", "port": 9090}]
        meta = {"namespace": "monitoring", "name": f"{app}-operated"}
        made.append(({"kind": "Service", "metadata": meta, "spec": {"type": "ClusterIP", "ports": ports}}, 1))
    return made


def _restored(cluster: Cluster) -> Made:
    """A restore into an empty namespace: every pod and Service of the application; node ports are not kept."""
    return [(item, _most(cluster, item)) for item in cluster.kind("Deployment", "Service")]


def _most(cluster: Cluster, item: Manifest) -> int:
    for scaler in cluster.kind("HorizontalPodAutoscaler"):
        if scaler["spec"]["scaleTargetRef"]["name"] == item["metadata"]["name"] and item["kind"] == "Deployment":
            return int(scaler["spec"]["maxReplicas"])
    return int(item["spec"].get("replicas", 1))


CONTROLLERS = (
    Controller(
        chart="cert-manager",
        version="v1.21.1",
        source="github.com/cert-manager/cert-manager v1.21.1 pkg/issuer/acme/http/{pod,service,ingress}.go",
        makes=_solvers,
        ways=_ways_to_solvers,
    ),
    Controller(
        chart="ingress-nginx",
        version="4.15.1",
        source="the chart's admission-webhooks/job-patch: Jobs in its own namespace, as hooks of Helm; nothing later",
    ),
    Controller(chart="traefik", version="41.3.0", source="the chart's templates/rbac: it may create nothing"),
    Controller(
        chart="aws-load-balancer-controller",
        version="3.5.0",
        source="the chart's templates/rbac.yaml: TargetGroupBindings only, beside what is in AWS",
    ),
    Controller(
        chart="external-dns",
        version="1.21.1",
        source="the chart's templates/clusterrole.yaml: reads only; its records are in Route 53",
    ),
    Controller(
        chart="external-secrets",
        version="2.9.0",
        source="the chart's templates/rbac.yaml: Secrets and Events only",
    ),
    Controller(
        chart="cluster-autoscaler",
        version="9.59.0",
        source="the chart's templates/{role,clusterrole}.yaml: a ConfigMap of its status, Leases, evictions",
    ),
    Controller(
        chart="kube-prometheus-stack",
        version="88.5.3",
        source="github.com/prometheus-operator/prometheus-operator v0.93.0 pkg/{prometheus/server,alertmanager}",
        makes=_monitoring,
    ),
    Controller(chart="metrics-server", version="3.13.1", source="the chart's templates/clusterrole.yaml: reads only"),
    Controller(
        chart="velero",
        version="12.1.0",
        source="velero.io/docs/v1.18/restore-reference; no node agent, so no data mover and no maintenance Jobs",
        makes=_restored,
    ),
)
"""The EBS CSI driver of EKS makes PersistentVolumes, which belong to no namespace; no quota here counts claims."""
