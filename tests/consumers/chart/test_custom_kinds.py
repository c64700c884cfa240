"""The records of the custom kinds that we make."""

import tomllib
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from chart.rendering import FULL, objects
from chart.schemas import VERSIONS, problem
from example_project import built
from oracles.custom_kinds import RECORDS, record, recorded, schema

ROOT = Path(__file__).parents[3]
OBJECTS = {
    **{manifest["kind"]: manifest for manifest in objects(FULL).values()},
    "ClusterIssuer": yaml.safe_load(
        (built() / "generated/prod/manifests/04-clusterissuer-letsencrypt-production.yaml").read_text("utf-8")
    ),
    "SecretStore": yaml.safe_load(
        (built() / "generated/prod/manifests/11-secretstore-aws-secrets-manager.yaml").read_text("utf-8")
    ),
}
KINDS = sorted(kind for _, kind in recorded())


def test_every_record_is_needed() -> None:
    """Exactly the custom kinds that we make are recorded, each with the group and version that we use."""
    made = {(each["apiVersion"], each["kind"]) for each in OBJECTS.values()}
    builtin = {"v1", "apps/v1", "autoscaling/v2", "policy/v1", "networking.k8s.io/v1"}
    assert {key for key in made if key[0] not in builtin} == set(recorded())


def _changed(kind: str, path: str, value: Any) -> dict[str, Any]:
    manifest: dict[str, Any] = deepcopy(OBJECTS[kind])
    *above, last = path.split("/")
    node: Any = manifest
    for step in above:
        node = node[int(step) if isinstance(node, list) else step]
    node[last] = value
    return manifest


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("path", ["spec/noSuchField", "metadata/noSuchField", "noSuchField"])
def test_an_unknown_field_is_refused(kind: str, path: str) -> None:
    """A field that no definition has is a problem, at the top, in the metadata and in the specification."""
    assert problem(OBJECTS[kind], VERSIONS[0]) is None
    assert "noSuchField" in str(problem(_changed(kind, path, 1), VERSIONS[0]))


@pytest.mark.parametrize(
    ("kind", "path", "value"),
    [
        ("ExternalSecret", "spec/data/0/remoteRef/version", 1),
        ("ExternalSecret", "spec/data/0/secretKey", "a b"),
        ("ExternalSecret", "spec/data/0/remoteRef", {"property": "p"}),
        ("ExternalSecret", "spec/target/deletionPolicy", "Keep"),
        ("ExternalSecret", "spec/target/unknown", "x"),
        ("ExternalSecret", "spec/secretStoreRef/name", "Two Words"),
        ("ClusterIssuer", "spec/acme/server", None),
        ("ClusterIssuer", "spec/acme/solvers/0/http01/ingress/podTemplate/spec/hostNetwork", True),
        ("SecretStore", "spec/provider/aws/auth/jwt/serviceAccountRef", {"nam": "x"}),
        ("SecretStore", "spec/provider/aws/service", "Secrets"),
        ("PrometheusRule", "spec/groups/0/rules/0/for", "soon"),
        ("PrometheusRule", "spec/groups/0/rules/0/labels", {"severity": 1}),
        ("ServiceMonitor", "spec/endpoints/0/interval", "often"),
        ("ServiceMonitor", "spec/selector/matchLabels", {"a": 1}),
    ],
)
def test_a_wrong_value_is_refused(kind: str, path: str, value: Any) -> None:
    """Types, forms, choices and required fields are looked at, deep inside too."""
    assert problem(_changed(kind, path, value), VERSIONS[0])


def test_issuers_are_recorded_at_the_version_that_is_installed() -> None:
    """The record of cert-manager is of the version that the defaults pin."""
    defaults = tomllib.loads((ROOT / "src/ddms_compile/spec/defaults.toml").read_text("utf-8"))
    pinned = defaults["versions"]["charts"]["cert_manager"]
    assert f" of cert-manager {pinned}," in (RECORDS / "ClusterIssuer.txt").read_text("utf-8")


@pytest.mark.parametrize("kind", ["ExternalSecret", "SecretStore"])
def test_external_secrets_kinds_are_recorded_at_the_version_that_is_installed(kind: str) -> None:
    """The records of External Secrets are of the version that the defaults pin."""
    defaults = tomllib.loads((ROOT / "src/ddms_compile/spec/defaults.toml").read_text("utf-8"))
    pinned = defaults["versions"]["charts"]["external_secrets"]
    assert f" of external-secrets v{pinned}," in (RECORDS / f"{kind}.txt").read_text("utf-8")


def test_a_record_is_read_back_as_the_definition_says() -> None:
    """What is recorded of a definition, read back, asks what the definition asks, and refuses what it does not name."""
    part = {"type": "object", "required": ["a"], "properties": {"a": {"type": "string", "description": "d"}}}
    table = {"type": "object", "additionalProperties": {"x-kubernetes-int-or-string": True}}
    free = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    spec = {"type": "object", "properties": {"list": {"type": "array", "items": part}, "table": table, "free": free}}
    version = {"name": "v1", "storage": True, "schema": {"openAPIV3Schema": {"properties": {"spec": spec}}}}
    names = {"kind": "Thing"}
    name, text = record("project", "v1", {"spec": {"group": "g", "names": names, "versions": [version]}})
    assert name == "Thing.txt"
    assert text.startswith("# g/v1 of project v1,")
    fields = dict(line.split(" ", 1) for line in text.splitlines()[1:])
    assert schema(fields)["properties"]["spec"] == {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "list": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["a"],
                    "additionalProperties": False,
                    "properties": {"a": {"type": "string"}},
                },
            },
            "table": {"type": "object", "additionalProperties": {"type": ["integer", "string"]}},
            "free": {"type": "object", "additionalProperties": True},
        },
    }
