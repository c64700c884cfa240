"""Random environments, held against the tools and rules of the cluster: Helm's linter, Prometheus, network policies."""

import shutil
import subprocess
from collections.abc import Iterator
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import pytest
import yaml

from chart.network import End, allowed
from ddms_compile.kubernetes.helm.engine import lint
from properties.compiling import ROOT, Build
from properties.objects import objects_of


def _clusters(builds: list[Build]) -> Iterator[tuple[str, Any, list[dict[str, Any]]]]:
    """Name, values of the application's chart, and objects of each environment that has a cluster."""
    for number, build in enumerate(builds):
        for name in build.project.environments:
            texts = build.of(name)
            values = next((text for path, text in texts.items() if path.endswith("/helm/values.yaml")), None)
            if values is not None:
                yield f"{number}-{name}", yaml.safe_load(values), list(objects_of(texts).values())


def test_helm_lint_finds_nothing(builds: list[Build]) -> None:
    """`helm lint` has no warning and no error for the values of any environment."""
    found = {name: lint(ROOT / "helm" / "application", values) for name, values, _ in _clusters(builds)}
    assert found
    assert {name: text for name, messages in found.items() for text in messages if text.severity != "info"} == {}


def test_prometheus_accepts_the_rules(builds: list[Build], tmp_path: Path) -> None:
    """promtool accepts the alerts of every environment."""
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("SKIPPED, NOT PASSED: promtool is not installed, so no rule was read by it")
    for name, _, objects in _clusters(builds):
        (rule,) = (each for each in objects if each["kind"] == "PrometheusRule")
        (tmp_path / f"{name}.yaml").write_text(yaml.safe_dump(rule["spec"]), "utf-8")
    files = sorted(path.name for path in tmp_path.iterdir())
    assert files
    command = [promtool, "check", "rules", *files]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("SUCCESS") == len(files)


def test_policies_let_through_what_the_application_needs_and_no_stranger(builds: list[Build]) -> None:
    """In every environment: the controller reaches both, the backend alone the data; a stranger reaches nobody."""
    for name, values, objects in _clusters(builds):
        policies = [each for each in objects if each["kind"] == "NetworkPolicy"]
        backend, frontend = (_pod(objects, part) for part in ("backend", "frontend"))
        ingress, policy = values["ingress"], values["networkPolicy"]
        controller = End(namespace=ingress["controllerNamespace"], labels=ingress["controllerSelector"])
        dns = End(namespace="kube-system", labels={"k8s-app": "kube-dns"})
        stranger = End(namespace="a-stranger", labels=controller.labels)
        for part, pod in (("backend", backend), ("frontend", frontend)):
            port = values[part]["port"]
            assert allowed(policies, controller, pod, port), name
            assert allowed(policies, pod, dns, 53, "UDP"), name
            assert not allowed(policies, stranger, pod, port), name
            assert not allowed(policies, pod, stranger, 443), name
        assert not allowed(policies, frontend, backend, values["backend"]["port"]), name
        for cidr in policy["databaseCidrs"]:
            data = End(address=str(IPv4Network(cidr)[10]))
            for port in (policy["databasePort"], policy["redisPort"]):
                assert allowed(policies, backend, data, port), name
                assert allowed(policies, frontend, data, port) is _declared(values["frontend"], data, port), name


def _pod(objects: list[dict[str, Any]], component: str) -> End:
    (found,) = (
        each
        for each in objects
        if each["kind"] == "Deployment"
        and each["spec"]["selector"]["matchLabels"]["app.kubernetes.io/component"] == component
    )
    labels = found["spec"]["template"]["metadata"]["labels"]
    return End(namespace=found["metadata"]["namespace"], labels=labels)


def _declared(workload: Any, end: End, port: int) -> bool:
    """Whether the data declare that way out themselves."""
    ways = (way for way in workload["egress"] if port in way["ports"])
    return any(IPv4Network(f"{end.address}/32").subnet_of(IPv4Network(way["cidr"], strict=False)) for way in ways)
