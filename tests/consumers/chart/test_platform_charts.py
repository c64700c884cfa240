"""The small charts of the platform: their values are as closed and as documented as the application's."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema
import pytest

from chart.rendering import CHART, changed, read_yaml
from ddms_compile.kubernetes.helm.engine import render
from ddms_compile.kubernetes.helm.process import HelmError

CHARTS = ("cluster-base", "cluster-issuers", "monitoring-secrets", "secret-store")
LEAST: Mapping[str, dict[str, Any]] = {"cluster-issuers": {"email": "platform@example.com"}}
OPEN = ("issuers", "serviceAccount.annotations")
"""Tables whose keys are the user's."""
MAY_BE_NULL = {("monitoring-secrets", "slack.webhookUrl")}
"""Null says: keep the one that the cluster has."""


def _schema(chart: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((CHART.parent / chart / "values.schema.json").read_text("utf-8"))
    return found


def _values(chart: str) -> dict[str, Any]:
    found: dict[str, Any] = read_yaml(CHART.parent / chart / "values.yaml")
    return found


def _tables(tree: Mapping[str, Any], path: str = "") -> Iterator[str]:
    yield path
    for name, value in tree.items():
        if isinstance(value, Mapping):
            yield from _tables(value, f"{path}.{name}".lstrip("."))


def _leaves(tree: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in tree.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{path}{name}.")
        else:
            yield f"{path}{name}", value


def _error(chart: str, changes: Mapping[str, Any]) -> str:
    with pytest.raises(HelmError) as caught:
        render(CHART.parent / chart, changed(LEAST.get(chart, {}), changes), name="x", namespace="y")
    return str(caught.value)


@pytest.mark.parametrize("chart", CHARTS)
def test_the_schema_is_closed_and_knows_the_values(chart: str) -> None:
    """Each table of values.yaml is closed, all its keys are required, and the defaults pass."""
    schema, values = _schema(chart), _values(chart)
    jsonschema.Draft7Validator.check_schema(schema)
    jsonschema.Draft7Validator(schema).validate(values)
    assert set(schema["properties"]) == {*values, "global"}
    for node in _objects(schema):
        assert node.get("additionalProperties") is False or "propertyNames" in node
        optional = {path.rpartition(".")[2] for _, path in MAY_BE_NULL} | {"global"}
        assert set(node.get("properties", ())) - optional <= set(node.get("required", ()))


def _objects(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if node.get("type") == "object" and ("properties" in node or "additionalProperties" in node):
            yield node
        for part in node.values():
            yield from _objects(part)


@pytest.mark.parametrize(
    ("chart", "table"), [(chart, table) for chart in CHARTS for table in _tables(_values(chart)) if table not in OPEN]
)
def test_an_unknown_key_is_named(chart: str, table: str) -> None:
    """A key that does not exist is refused by name, in every table."""
    assert "'unknownKey' not allowed" in _error(chart, {f"{table}.unknownKey".lstrip("."): 1})


@pytest.mark.parametrize(("chart", "leaf"), [(chart, leaf) for chart in CHARTS for leaf in _leaves(_values(chart))])
def test_a_wrong_type_is_named(chart: str, leaf: tuple[str, Any]) -> None:
    """A value of another type is refused by the path of its key, and so is a key that is taken away."""
    path, value = leaf
    wrong = 7 if value is None or isinstance(value, str) else "seven"
    assert f"at '/{path.replace('.', '/')}'" in _error(chart, {path: wrong})
    if (chart, path) not in MAY_BE_NULL:
        assert f"'{path.rpartition('.')[2]}'" in _error(chart, {path: None})


@pytest.mark.parametrize("chart", CHARTS)
def test_each_table_or_its_keys_have_a_comment(chart: str) -> None:
    """No top-level table of values.yaml is without a word on what it is for."""
    blocks = (CHART.parent / chart / "values.yaml").read_text("utf-8").strip().split("\n\n")
    assert [block for block in blocks if "# " not in block] == []


def test_a_name_that_kubernetes_would_refuse_is_refused() -> None:
    """Names of objects are looked at before anything is made."""
    assert "issuers" in _error("cluster-issuers", {"issuers.Two Words": {"server": "https://example.com"}})
    assert "/slack/secretName" in _error("monitoring-secrets", {"slack.secretName": "A_B"})
    assert "/serviceAccount/name" in _error("secret-store", {"serviceAccount.name": "A_B"})
    assert "/storageClass/name" in _error("cluster-base", {"storageClass.name": "A_B"})


def test_an_issuer_wants_a_contact() -> None:
    """Without an address for the account nothing is made, and the key is named."""
    assert "email: Let's Encrypt requires a contact" in _error("cluster-issuers", {"email": ""})
