"""The strict schemas of the objects that the chart makes; a kind without a schema is an error, custom or not."""

import functools
import re
from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate

from chart.rendering import read_yaml

VERSIONS = ("1.33", "1.34", "1.35", "1.36")
_CRDS = Path(__file__).parents[1] / "oracles" / "crds"
_CUSTOM = {
    ("cert-manager.io/v1", "ClusterIssuer"): "cert-manager.io-clusterissuers.yaml",
    ("monitoring.coreos.com/v1", "PrometheusRule"): "monitoring.coreos.com-prometheusrules.yaml",
    ("monitoring.coreos.com/v1", "ServiceMonitor"): "monitoring.coreos.com-servicemonitors.yaml",
}


def problem(manifest: dict[str, Any], version: str) -> str | None:
    """The first thing that the API server of this version would refuse, or None."""
    kind = (manifest["apiVersion"], manifest["kind"])
    try:
        if kind in _CUSTOM or kind == ("external-secrets.io/v1", "ExternalSecret"):
            _custom(kind).validate(manifest)
        else:
            kubernetes_validate.validate(manifest, version, strict=True)
    except (jsonschema.ValidationError, kubernetes_validate.ValidationError) as error:
        return f"{manifest['kind']} {manifest['metadata']['name']}: {error.message}"
    return None


@functools.cache
def _custom(kind: tuple[str, str]) -> jsonschema.Draft7Validator:
    return jsonschema.Draft7Validator(_custom_schema(kind))


def _custom_schema(kind: tuple[str, str]) -> dict[str, Any]:
    if kind not in _CUSTOM:
        return _EXTERNAL_SECRET
    versions = read_yaml(_CRDS / _CUSTOM[kind])["spec"]["versions"]
    (schema,) = (entry["schema"]["openAPIV3Schema"] for entry in versions if f"/{entry['name']}" in kind[0])
    return _strict(schema)


def _strict(node: Any) -> Any:
    """The schema without unknown fields, which a server that is asked to be strict refuses too."""
    if isinstance(node, list):
        return [_strict(item) for item in node]
    if not isinstance(node, dict):
        return node
    if node.get("x-kubernetes-int-or-string"):
        return {"type": ["integer", "string"]}
    result = {key: _strict(value) for key, value in node.items() if key != "format"}
    if isinstance(result.get("pattern"), str):
        # Go takes flags anywhere, Python at the beginning.
        result["pattern"] = re.sub(r"^\^\(\?i\)", "(?i)^", result["pattern"])
    if "properties" in node and "additionalProperties" not in node and node["properties"]:
        result["additionalProperties"] = False
    return result


def _table(required: tuple[str, ...], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "required": list(required), "properties": properties}


_TEXT = {"type": "string", "minLength": 1}
_STRINGS = {"type": "object", "additionalProperties": {"type": "string"}}

# The operator's definition is not at hand here: these are the fields of external-secrets.io/v1 that the chart uses.
_EXTERNAL_SECRET = _table(
    ("apiVersion", "kind", "metadata", "spec"),
    apiVersion={"const": "external-secrets.io/v1"},
    kind={"const": "ExternalSecret"},
    metadata=_table(("name", "namespace"), name=_TEXT, namespace=_TEXT, labels=_STRINGS, annotations=_STRINGS),
    spec=_table(
        ("secretStoreRef", "target", "data"),
        refreshInterval=_TEXT,
        secretStoreRef=_table(("name", "kind"), name=_TEXT, kind={"enum": ["SecretStore", "ClusterSecretStore"]}),
        target=_table(
            ("name",),
            name=_TEXT,
            creationPolicy={"enum": ["Owner", "Orphan", "Merge", "None"]},
            deletionPolicy={"enum": ["Delete", "Merge", "Retain"]},
        ),
        data={
            "type": "array",
            "minItems": 1,
            "items": _table(
                ("secretKey", "remoteRef"), secretKey=_TEXT, remoteRef=_table(("key",), key=_TEXT, property=_TEXT)
            ),
        },
    ),
)
# ObjectMeta is the API server's, not the definition's: the other custom kinds leave `metadata` open in their schema.
