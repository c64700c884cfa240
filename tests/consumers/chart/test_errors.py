"""Wrong values are refused by Helm with the key's name."""

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest

from chart.rendering import CHART, MINIMAL, NAME, NAMESPACE, changed
from ddms_compile.kubernetes.chart.files import leaves
from ddms_compile.kubernetes.helm.engine import render
from ddms_compile.kubernetes.helm.process import HelmError

_EXTERNAL = {
    "{c}.secrets.mode": "externalSecrets",
    "{c}.secrets.external.storeRef.name": "store",
    "{c}.secrets.external.entries": [{"name": "A", "remoteKey": "k"}],
}
_TWICE = [{"name": "A", "remoteKey": "k"}, {"name": "A", "remoteKey": "l"}]
_EXISTS = [{"key": "k", "operator": "Exists", "value": "v", "effect": "NoSchedule"}]
_PATHS = [{"path": "/tmp", "size": "1Mi"}, {"path": "/tmp", "size": "2Mi"}]
_CONTRADICTIONS: tuple[tuple[Mapping[str, Any], str], ...] = (
    ({"{c}.image.repository": ""}, "{c}.image.repository: is required"),
    ({"{c}.image.tag": ""}, "{c}.image.tag: is required unless {c}.image.digest"),
    ({"{c}.replicas.min": 9}, "{c}.replicas.min: is 9, more than {c}.replicas.max, which is 4"),
    ({"{c}.preStopSeconds": 60, "{c}.terminationGraceSeconds": 60}, "{c}.terminationGraceSeconds: must be more"),
    ({"{c}.topologySpread.minZones": 3}, "{c}.topologySpread.minZones: counts only when {c}.topologySpread.zones is"),
    ({"{c}.tolerations": _EXISTS}, '{c}.tolerations: k has a value, which the operator "Exists" does not take'),
    ({"{c}.writablePaths": _PATHS}, "{c}.writablePaths: lists /tmp twice"),
    ({"{c}.secrets.mode": "existing"}, "{c}.secrets.existing.name: is required"),
    ({**_EXTERNAL, "{c}.secrets.external.storeRef.name": ""}, "{c}.secrets.external.storeRef.name: is required"),
    ({**_EXTERNAL, "{c}.secrets.external.entries": []}, "{c}.secrets.external.entries: needs an entry"),
    ({**_EXTERNAL, "{c}.secrets.external.entries": _TWICE}, "{c}.secrets.external.entries: has A twice"),
    ({**_EXTERNAL, "{c}.environment": {"A": "x"}}, "{c}.environment.A: is a secret of the same component"),
    (
        {"{c}.secrets.mode": "inline", "{c}.secrets.inline": {"A": "x"}, "{c}.environment": {"A": "x"}},
        "{c}.environment.A: is a secret of the same component",
    ),
)
_OTHERS: tuple[tuple[Mapping[str, Any], str], ...] = (
    ({"tests.image.repository": ""}, "tests.image.repository: is required"),
    ({"tests.image.tag": ""}, "tests.image.tag: is required unless tests.image.digest"),
    ({"ingress.hosts.app": ""}, "ingress.hosts.app: is required"),
    ({"ingress.hosts.api": ""}, "ingress.hosts.api: is required"),
    ({"ingress.hosts.app": "192.0.2.1"}, "ingress.hosts.app: is an address"),
    ({"ingress.hosts.api": "app.example.com"}, "ingress.hosts.api: is the same host as ingress.hosts.app"),
    ({"ingress.tls.clusterIssuer": ""}, "ingress.tls.clusterIssuer: is required unless ingress.tls.secretName"),
    ({"alerts.enabled": True}, "alerts.runbookBaseUrl: is required when alerts.enabled"),
)
_ALL = [
    *(
        ({key.replace("{c}", component): value for key, value in changes.items()}, message.replace("{c}", component))
        for component in ("backend", "frontend")
        for changes, message in _CONTRADICTIONS
    ),
    *_OTHERS,
]


@pytest.mark.parametrize(("changes", "message"), _ALL, ids=[message.split(" ")[0] for _, message in _ALL])
def test_a_contradiction_is_named(changes: Mapping[str, Any], message: str) -> None:
    """What is missing or contradicts another value stops Helm with one line that begins with the key."""
    lines = _error(changed(MINIMAL, changes)).splitlines()
    assert [line for line in lines if line.startswith("- ")] == [
        line for line in lines if line.startswith(f"- {message}")
    ]
    assert f"- {message}" in "\n".join(lines)


def test_every_contradiction_has_a_case() -> None:
    """Each line that the chart can stop with is the beginning of a case above."""
    text = (CHART / "templates" / "_contradictions.tpl").read_text(encoding="utf-8")
    lines = [line.removeprefix("- ") for line in text.splitlines() if line.startswith("- ")]
    # "{{ $key }}.port: is {{ $x }}" is any text in place of the braces.
    forms = [".*".join(re.escape(part) for part in re.split(r"{{.*?}}", line)) for line in lines]
    assert forms
    full = {line for changes, _ in _ALL for line in _error(changed(MINIMAL, changes)).splitlines()}
    assert [form for form in forms if not any(re.fullmatch(f"- {form}", line) for line in full)] == []


def test_nothing_else_stops_the_chart() -> None:
    """There is one `fail` in the templates, that of the contradictions, and no `required`."""
    texts = [path.read_text(encoding="utf-8") for path in sorted((CHART / "templates").rglob("*")) if path.is_file()]
    assert sum(len(re.findall(r"{{-? *(?:fail|required)\b|\| *(?:fail|required)\b", text)) for text in texts) == 1


def test_contradictions_are_told_at_once() -> None:
    """The bare defaults name every value that has no safe default."""
    text = _error({})
    keys = ("backend.image.repository", "backend.image.tag", "frontend.image.repository", "frontend.image.tag")
    hosts = ("ingress.hosts.app", "ingress.hosts.api", "ingress.tls.clusterIssuer")
    assert [line[2:].split(": ")[0] for line in text.splitlines() if line.startswith("- ")] == [*keys, *hosts]


_TABLES = sorted({leaf.path.rpartition(".")[0] for leaf in leaves()})


@pytest.mark.parametrize("table", _TABLES)
def test_an_unknown_key_is_named(table: str) -> None:
    """A key that does not exist is refused by name, in every table."""
    path = f"{table}.unknownKey".lstrip(".")
    assert "'unknownKey' not allowed" in _error(changed(MINIMAL, {path: 1}))


@pytest.mark.parametrize("leaf", leaves(), ids=lambda leaf: leaf.path)
def test_a_wrong_type_is_named(leaf: Any) -> None:
    """A value of another type is refused by the path of its key, and so is a key that is taken away."""
    wrong = 7 if isinstance(json.loads(leaf.default), (str, list, dict)) else "seven"
    assert f"at '/{leaf.path.replace('.', '/')}'" in _error(changed(MINIMAL, {leaf.path: wrong}))
    assert f"'{leaf.path.rpartition('.')[2]}'" in _error(changed(MINIMAL, {leaf.path: None}))


_WRONG = (
    ("backend.image.tag", "a b"),
    ("backend.image.digest", "sha256:abc"),
    ("backend.image.pullPolicy", "Sometimes"),
    ("backend.port", 80),
    ("backend.replicas.min", 0),
    ("backend.secrets.mode", "vault"),
    ("backend.runAsUser", 101),
    ("backend.metrics.interval", "5s"),
    ("frontend.resources.memory", "1GB"),
    ("frontend.environment", {"A-B": "x"}),
    ("frontend.environment", {"A": 1}),
    ("frontend.writablePaths", [{"path": "tmp", "size": "1Mi"}]),
    ("ingress.hosts.app", "App.example.com"),
    ("networkPolicy.databaseCidrs", ["10.0.0.0"]),
    ("networkPolicy.databaseCidrs", ["10.0.0.256/32"]),
    ("networkPolicy.redisCidrs", ["10.0.0.0/33"]),
    ("backend.secrets.external.refreshInterval", "1d"),
    ("alerts.labels", {"__name__": "x"}),
    ("networkPolicy.databasePort", 70000),
    ("alerts.errorRatio", 1.5),
    ("alerts.errorFor", "soon"),
    ("alerts.runbookBaseUrl", "https://example.com/{{ x }}"),
    ("fullnameOverride", "a" * 54),
    ("global.labels", {"team": "two words"}),
)


@pytest.mark.parametrize(("path", "value"), _WRONG, ids=[f"{path}={value}" for path, value in _WRONG])
def test_a_wrong_form_is_named(path: str, value: Any) -> None:
    """A value outside of what an option allows is refused by the path of its key."""
    assert f"/{path.replace('.', '/')}" in _error(changed(MINIMAL, {path: value}))


def _error(values: Mapping[str, Any]) -> str:
    with pytest.raises(HelmError) as caught:
        render(CHART, values, name=NAME, namespace=NAMESPACE)
    return str(caught.value)
