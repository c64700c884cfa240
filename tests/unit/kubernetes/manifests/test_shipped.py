"""What the clusters of the shipped environments receive, as it is committed."""

import shutil
import subprocess
from ipaddress import ip_network
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from chart.network import End, allowed
from chart.schemas import VERSIONS
from ddms_compile.kubernetes.helm.engine import lint
from example_project import built
from properties.objects import objects_of, problems

ROOT = Path(__file__).parents[4]
ENVIRONMENTS = ("prod", "staging")


def _objects(environment: str) -> dict[str, dict[str, Any]]:
    folder = built() / "generated" / environment / "manifests"
    return objects_of({str(path.relative_to(built())): path.read_text("utf-8") for path in sorted(folder.iterdir())})


def _kind(environment: str, kind: str) -> list[dict[str, Any]]:
    return [each for each in _objects(environment).values() if each["kind"] == kind]


def _values(environment: str) -> Any:
    return yaml.safe_load((built() / "generated" / environment / "helm" / "values.yaml").read_text("utf-8"))


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_kubernetes_accepts_every_object(environment: str, version: str) -> None:
    """The strict schema of each supported version accepts every object; a kind without a schema is an error."""
    assert problems(_objects(environment), version) == []


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_helm_lint_finds_nothing(environment: str) -> None:
    """`helm lint` with the committed values has no warning and no error."""
    found = lint(ROOT / "helm" / "application", _values(environment))
    assert [message for message in found if message.severity != "info"] == []


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_prometheus_accepts_the_rules(environment: str, tmp_path: Path) -> None:
    """promtool reads the rules, and there are some."""
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("UNCHECKED by promtool: it is not installed")
    (rule,) = _kind(environment, "PrometheusRule")
    (tmp_path / "rules.yaml").write_text(yaml.safe_dump(rule["spec"]), "utf-8")
    done = subprocess.run(
        [promtool, "check", "rules", "rules.yaml"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "SUCCESS" in done.stdout


def _pod(environment: str, component: str) -> End:
    (found,) = (
        each["spec"]["template"]["metadata"]["labels"]
        for each in _kind(environment, "Deployment")
        if each["metadata"]["name"].endswith(component)
    )
    return End(namespace="ddms", labels=found, address="10.20.8.8")


def _ends(environment: str) -> dict[str, End]:
    database = ip_network(_values(environment)["networkPolicy"]["databaseCidrs"][0])[10]
    return {
        "backend": _pod(environment, "backend"),
        "frontend": _pod(environment, "frontend"),
        "controller": End(namespace="ingress-nginx", labels={"app.kubernetes.io/name": "ingress-nginx"}),
        "prometheus": End(namespace="monitoring", labels={"app.kubernetes.io/name": "prometheus"}),
        "dns": End(namespace="kube-system", labels={"k8s-app": "kube-dns"}),
        "stranger": End(namespace="elsewhere", labels={"app": "x"}),
        "neighbour": End(namespace="ddms", labels={"app": "x"}, address="10.20.9.9"),
        "data": End(address=str(database)),
        "internet": End(address="198.51.100.1"),
        "metadata of the node": End(address="169.254.169.254"),
    }


PAIRS = (
    ("controller", "frontend", 8080, True),
    ("controller", "backend", 3000, True),
    ("prometheus", "backend", 3000, False),
    ("prometheus", "backend", 9464, True),
    ("controller", "backend", 9464, False),
    ("backend", "data", 5432, True),
    ("backend", "data", 6379, True),
    ("backend", "dns", 53, True),
    ("frontend", "dns", 53, True),
    ("frontend", "data", 5432, False),
    ("frontend", "data", 6379, False),
    ("frontend", "backend", 3000, False),
    ("frontend", "internet", 443, False),
    ("backend", "frontend", 8080, False),
    ("backend", "internet", 443, False),
    ("backend", "data", 22, False),
    ("backend", "metadata of the node", 80, False),
    ("backend", "neighbour", 80, False),
    ("stranger", "backend", 3000, False),
    ("stranger", "frontend", 8080, False),
    ("neighbour", "backend", 3000, False),
    ("prometheus", "frontend", 8080, False),
    ("internet", "backend", 3000, False),
)


@pytest.mark.parametrize("environment", ENVIRONMENTS)
@pytest.mark.parametrize(("source", "target", "port", "possible"), PAIRS)
def test_policies_allow_what_the_application_needs_and_no_more(
    environment: str, source: str, target: str, port: int, possible: bool
) -> None:
    """The committed policies, evaluated: the ways that the application needs are open, all others are not."""
    ends = _ends(environment)
    assert allowed(_kind(environment, "NetworkPolicy"), ends[source], ends[target], port) is possible


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_pods_are_well_kept(environment: str) -> None:
    """Each container has bounds, probes, no rights; each Deployment has a budget, an autoscaler that agrees, spread."""
    budgets = {each["metadata"]["name"] for each in _kind(environment, "PodDisruptionBudget")}
    scaled = {each["spec"]["scaleTargetRef"]["name"] for each in _kind(environment, "HorizontalPodAutoscaler")}
    deployments = _kind(environment, "Deployment")
    assert len(deployments) == 2
    for deployment in deployments:
        name, pod = deployment["metadata"]["name"], deployment["spec"]["template"]["spec"]
        assert name in budgets
        assert (name in scaled) is ("replicas" not in deployment["spec"])
        assert pod["automountServiceAccountToken"] is False
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["topologySpreadConstraints"]
        for container in pod["containers"]:
            assert not container["image"].endswith(":latest")
            assert ":" in container["image"]
            assert {"memory", "ephemeral-storage"} <= set(container["resources"]["limits"])
            assert {"cpu", "memory", "ephemeral-storage"} == set(container["resources"]["requests"])
            assert {"startupProbe", "readinessProbe", "livenessProbe"} <= set(container)
            assert container["readinessProbe"] != container["livenessProbe"]
            assert container["securityContext"]["readOnlyRootFilesystem"] is True
            assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_selectors_select_the_pods_that_they_are_for(environment: str) -> None:
    """Each Service, budget and autoscaler finds the pods of exactly one Deployment."""
    pods = [each["spec"]["template"]["metadata"]["labels"] for each in _kind(environment, "Deployment")]
    selectors = [each["spec"]["selector"] for each in _kind(environment, "Service")]
    selectors += [each["spec"]["selector"]["matchLabels"] for each in _kind(environment, "PodDisruptionBudget")]
    assert len(selectors) == 4
    for selector in selectors:
        assert len([labels for labels in pods if selector.items() <= labels.items()]) == 1


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_no_secret_is_in_a_file(environment: str) -> None:
    """Secrets are named, never written."""
    objects = _objects(environment)
    assert "Secret" not in {each["kind"] for each in objects.values()}


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_files_in_their_order_can_be_applied(environment: str) -> None:
    """What others need comes first: namespaces, accounts and policies before the pods, pods before what counts them."""
    kinds = [each["kind"] for each in _objects(environment).values()]
    order = ("Namespace", "ServiceAccount", "NetworkPolicy", "ConfigMap", "Deployment", "Ingress")
    assert all(max(_places(kinds, one)) < min(_places(kinds, other)) for one, other in pairwise(order))


def _places(kinds: list[str], kind: str) -> list[int]:
    return [index for index, each in enumerate(kinds) if each == kind]
