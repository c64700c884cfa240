"""values.yaml, values.schema.json and README.md follow from the model."""

import json
import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
import yaml

from chart.rendering import CHART, FULL, MINIMAL, NAME, objects, read_yaml
from chart.schemas import OLDEST, VERSIONS, problem
from ddms_compile.kubernetes.chart.files import chart_files, leaves, values_schema, values_yaml
from ddms_compile.kubernetes.chart.values import ChartValues
from ddms_compile.kubernetes.helm.engine import lint


@pytest.mark.parametrize("name", sorted(chart_files()))
def test_files_are_what_the_model_gives(name: str) -> None:
    """Each generated file in the chart is, byte for byte, what is generated now."""
    assert (CHART / name).read_text(encoding="utf-8") == chart_files()[name]


def test_values_are_the_models_defaults() -> None:
    """values.yaml, read back, is the model without arguments."""
    assert read_yaml(CHART / "values.yaml") == ChartValues().model_dump(mode="json", by_alias=True)


def test_every_key_has_a_comment() -> None:
    """The line above each key of values.yaml is a comment."""
    lines = values_yaml().splitlines()
    keys = [number for number, line in enumerate(lines) if line and not line.lstrip().startswith("#")]
    assert keys
    assert [lines[number] for number in keys if not lines[number - 1].lstrip().startswith("#")] == []


def test_every_option_is_in_the_readme() -> None:
    """The README's table has a row for each option."""
    text = chart_files()["README.md"]
    assert [leaf.path for leaf in leaves() if f"| `{leaf.path}` |" not in text] == []


def test_examples_of_the_readme_can_be_installed() -> None:
    """Each block of values in the README, over the least that must be said, gives objects that Kubernetes accepts."""
    blocks = re.findall(r"^```yaml\n(.+?)^```$", chart_files()["README.md"], re.MULTILINE | re.DOTALL)
    assert len(blocks) == 3
    for block in blocks:
        made = objects(_merged(MINIMAL, yaml.safe_load(block)))
        assert [text for manifest in made.values() if (text := problem(manifest, VERSIONS[-1]))] == []
    assert {"nameOverride": NAME, **yaml.safe_load(blocks[0])} == MINIMAL


@pytest.mark.parametrize("chart", sorted(path.parent.name for path in CHART.parent.glob("*/Chart.yaml")))
def test_charts_begin_with_the_oldest_version_that_is_checked(chart: str) -> None:
    """Helm refuses a cluster that is older than those whose schemas the objects are held against."""
    assert read_yaml(CHART.parent / chart / "Chart.yaml")["kubeVersion"] == f">=1.{OLDEST}.0-0"
    assert f"Kubernetes 1.{OLDEST} or later" in chart_files()["README.md"]
    assert f"1.{OLDEST}" in VERSIONS


def test_the_schema_is_closed() -> None:
    """No table of the schema takes a key that it does not name or describe; it is draft-07 without references."""
    schema = json.loads(values_schema())
    jsonschema.Draft7Validator.check_schema(schema)
    tables = [node for node in _nodes(schema) if node.get("type") == "object"]
    assert tables
    assert [node for node in tables if node.get("additionalProperties") is not False] == []
    assert [node for node in _nodes(schema) if "$ref" in node] == []


@pytest.mark.parametrize("values", [MINIMAL, FULL], ids=["minimal", "full"])
def test_values_of_the_model_pass_the_schema(values: dict[str, Any]) -> None:
    """Values that Helm has completed are accepted by the model and by the schema, and the model changes none."""
    complete = _merged(ChartValues().model_dump(mode="json", by_alias=True), values)
    jsonschema.Draft7Validator(json.loads(values_schema())).validate(complete)
    model = ChartValues.model_validate(complete)
    assert model.model_dump(mode="json", by_alias=True, exclude_unset=True) == complete


@pytest.mark.parametrize("values", [{}, MINIMAL, FULL], ids=["bare defaults", "minimal", "full"])
def test_helm_lint_finds_nothing(values: dict[str, Any]) -> None:
    """`helm lint` has no warning and no error."""
    assert [message for message in lint(CHART, values) if message.severity != "info"] == []


def _nodes(node: Any) -> Iterator[dict[str, Any]]:
    """Every schema inside the schema."""
    if isinstance(node, dict):
        yield node
        for key, value in node.items():
            parts = value.values() if key == "properties" else [value]
            for part in parts:
                yield from _nodes(part)
    elif isinstance(node, list):
        for part in node:
            yield from _nodes(part)


def _merged(below: Any, above: Any) -> Any:
    """As Helm does it: tables merge, everything else replaces."""
    if isinstance(below, dict) and isinstance(above, dict):
        return {**below, **{key: _merged(below.get(key), value) for key, value in above.items()}}
    return above
