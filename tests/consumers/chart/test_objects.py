"""What the API server and a reviewer say about the objects."""

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chart.options import CASES
from chart.rendering import CHART, FULL, MINIMAL, Objects, changed, objects
from chart.schemas import VERSIONS, problem
from ddms_compile.kubernetes.helm.process import HelmError

_SECRET = {"backend.secrets": {"mode": "inline", "inline": {"KEY": "word"}}}
VARIANTS = {
    "minimal": MINIMAL,
    "full": FULL,
    "inline secrets": changed(MINIMAL, _SECRET),
    "traefik": changed(FULL, {"alerts.controller": "traefik", "ingress.className": "traefik"}),
    "one pod each": changed(MINIMAL, {f"{part}.replicas": {"min": 1, "max": 1} for part in ("backend", "frontend")}),
    "bare": changed(MINIMAL, {"ingress.enabled": False, "networkPolicy.enabled": False}),
}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("variant", VARIANTS)
def test_every_object_is_valid(variant: str, version: str) -> None:
    """The strict schema of each supported version accepts every object, custom kinds included."""
    problems = [problem(manifest, version) for manifest in objects(VARIANTS[variant]).values()]
    assert [text for text in problems if text] == []


@pytest.mark.parametrize("kind", ["Deployment", "PrometheusRule", "ServiceMonitor", "ExternalSecret", "NetworkPolicy"])
def test_the_schemas_are_strict(kind: str) -> None:
    """A field that does not exist is a problem, in the core kinds and in the custom ones."""
    manifest = next(manifest for (found, _), manifest in objects(FULL).items() if found == kind)
    assert problem(manifest, VERSIONS[0]) is None
    assert problem({**manifest, "spec": {**manifest["spec"], "noSuchField": 1}}, VERSIONS[0])


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.sampled_from(CASES), min_size=2, max_size=12, unique_by=lambda case: case.option),
    st.sampled_from(VERSIONS),
)
def test_options_combine(cases: list[Any], version: str) -> None:
    """Any options together give valid objects, or an error that names a key."""
    changes = {key: value for case in cases for key, value in {**case.given, case.option: case.value}.items()}
    try:
        made = objects(changed(MINIMAL, changes))
    except HelmError as error:
        assert re.search(r"^- (backend|frontend|tests|ingress|alerts)\.[\w.]+: ", str(error), re.MULTILINE)
        return
    assert [text for text in (problem(manifest, version) for manifest in made.values()) if text] == []


def _pods(made: Objects) -> list[dict[str, Any]]:
    deployments = [manifest["spec"]["template"]["spec"] for (kind, _), manifest in made.items() if kind == "Deployment"]
    return deployments + [manifest["spec"] for (kind, _), manifest in made.items() if kind == "Pod"]


@pytest.mark.parametrize("variant", VARIANTS)
def test_pods_meet_the_restricted_standard(variant: str) -> None:
    """Every pod and container has what the Pod Security Standard "restricted" asks for, and more."""
    pods = _pods(objects(VARIANTS[variant]))
    assert len(pods) == 4
    for pod in pods:
        assert pod["automountServiceAccountToken"] is False
        assert not any(pod.get(key) for key in ("hostNetwork", "hostPID", "hostIPC"))
        security = pod["securityContext"]
        assert security["runAsNonRoot"] is True
        assert min(security["runAsUser"], security["runAsGroup"]) >= 10000
        assert security["seccompProfile"] == {"type": "RuntimeDefault"}
        assert all(set(volume) in ({"name", "emptyDir"}, {"name", "secret"}) for volume in pod.get("volumes", []))
        for container in pod["containers"]:
            assert container["securityContext"]["allowPrivilegeEscalation"] is False
            assert container["securityContext"]["readOnlyRootFilesystem"] is True
            assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
            assert {"cpu", "memory", "ephemeral-storage"} == set(container["resources"]["requests"])
            assert {"memory", "ephemeral-storage"} == set(container["resources"]["limits"])
            assert not re.search(r"(^[^:]*|:latest)$", container["image"])


@pytest.mark.parametrize("variant", VARIANTS)
def test_rollouts_lose_nothing(variant: str) -> None:
    """A pod is added before one is taken, readiness is not liveness, and a stopping pod still serves for a while."""
    for (kind, _), manifest in objects(VARIANTS[variant]).items():
        if kind != "Deployment":
            continue
        assert manifest["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
        assert manifest["spec"]["template"]["metadata"]["annotations"]["checksum/config"]
        pod = manifest["spec"]["template"]["spec"]
        (container,) = pod["containers"]
        assert container["readinessProbe"] != container["livenessProbe"]
        assert container["startupProbe"]
        assert container["lifecycle"]["preStop"]["sleep"]["seconds"] < pod["terminationGracePeriodSeconds"]
        assert pod["topologySpreadConstraints"][0]["topologyKey"] == "topology.kubernetes.io/zone"
        assert "podAntiAffinity" in pod["affinity"]


@pytest.mark.parametrize("variant", VARIANTS)
def test_references_hold(variant: str) -> None:
    """What an object names is in the release; a Service has its container's port; selectors match the pods' labels."""
    made = objects(VARIANTS[variant])
    for (kind, name), manifest in made.items():
        if kind == "HorizontalPodAutoscaler":
            assert "replicas" not in made["Deployment", manifest["spec"]["scaleTargetRef"]["name"]]["spec"]
        if kind == "Service":
            template = made["Deployment", name]["spec"]["template"]
            assert manifest["spec"]["selector"].items() <= template["metadata"]["labels"].items()
            ports = {(port["name"], port["containerPort"]) for port in template["spec"]["containers"][0]["ports"]}
            assert {(port["targetPort"], port["port"]) for port in manifest["spec"]["ports"]} == ports
        if kind == "Deployment":
            assert ("ServiceAccount", manifest["spec"]["template"]["spec"]["serviceAccountName"]) in made
        if kind == "PodDisruptionBudget":
            assert made["Deployment", name]["spec"].get("replicas", 2) > 1
        if kind == "Ingress":
            for rule in manifest["spec"]["rules"]:
                assert ("Service", rule["http"]["paths"][0]["backend"]["service"]["name"]) in made


def test_only_a_changed_configuration_replaces_pods() -> None:
    """The pod template differs after a changed variable or secret, and not after a changed label of the chart."""
    before = objects(changed(MINIMAL, _SECRET))["Deployment", "ddms-backend"]["spec"]["template"]
    variable = changed(MINIMAL, {**_SECRET, "backend.environment": {"A": "b"}})
    secret = changed(MINIMAL, {"backend.secrets": {"mode": "inline", "inline": {"KEY": "other"}}})
    for values in (variable, secret):
        after = objects(values)["Deployment", "ddms-backend"]["spec"]["template"]["metadata"]["annotations"]
        assert after != before["metadata"]["annotations"]
    other = objects(changed(MINIMAL, {**_SECRET, "ingress.className": "traefik"}))
    assert other["Deployment", "ddms-backend"]["spec"]["template"] == before


def test_no_value_changes_a_selector() -> None:
    """A Deployment's selector cannot be changed in a cluster: no option reaches one, but the name in labels."""
    for case in (case for case in CASES if case.option != "nameOverride"):
        made = objects(changed(MINIMAL, {**case.given, case.option: case.value}))
        specs = {name: manifest["spec"] for (kind, name), manifest in made.items() if kind == "Deployment"}
        assert len(specs) == 2
        for name, spec in specs.items():
            wanted = {"name": "ddms", "instance": "ddms", "component": name.rpartition("-")[2]}
            selector = {f"app.kubernetes.io/{key}": value for key, value in wanted.items()}
            assert spec["selector"] == {"matchLabels": selector}, case.option
            assert selector.items() <= spec["template"]["metadata"]["labels"].items()


@pytest.mark.parametrize("name", ["r", "a.b", "1st", "x" * 53, "ddms-" + "y" * 48, "z" * 63])
def test_names_fit(name: str) -> None:
    """For every name that a release may have, all names are valid, those of Services within 63 characters."""
    made = objects(FULL, name=name)
    for (kind, found), manifest in made.items():
        assert problem(manifest, VERSIONS[0]) is None
        assert len(found) <= 253
        if kind == "Service":
            assert re.fullmatch(r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?", found)
        labels = list(manifest["metadata"]["labels"].values())
        if kind == "Deployment":
            labels += manifest["spec"]["template"]["metadata"]["labels"].values()
        for value in labels:
            assert re.fullmatch(r"([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?", value)


def test_long_names_stay_apart() -> None:
    """Two long release names that differ at the end give different names."""
    names = {next(iter(objects(MINIMAL, name="x" * 52 + end))) for end in "ab"}
    assert len(names) == 2


@pytest.mark.parametrize("tag", ["_x", "v" * 128, "1.0-", "a" * 54 + "." + "b" * 20])
def test_every_tag_gives_a_valid_label(tag: str) -> None:
    """A tag may be longer than a label, and begin or end as no label may."""
    labels = objects(changed(MINIMAL, {"backend.image.tag": tag}))["Deployment", "ddms-backend"]["metadata"]["labels"]
    assert re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?", labels["app.kubernetes.io/version"])


def test_templates_look_at_values_alone() -> None:
    """No template evaluates a value (`tpl`), asks the cluster (`lookup`) or depends on its version."""
    for path in sorted((CHART / "templates").rglob("*")):
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"\b(tpl|lookup|Capabilities)\b", text), path
            assert all(name.startswith("application.") for name in re.findall(r'define "([^"]+)"', text)), path
