"""Whatever the schema lets in: values drawn from values.schema.json itself."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from chart.rendering import CHART, FULL, MINIMAL, changed, objects
from chart.schemas import VERSIONS, problem
from ddms_compile.kubernetes.helm.process import HelmError


def _drawn(schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """Any value that the schema accepts."""
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    match schema["type"]:
        case "boolean":
            return st.booleans()
        case "integer":
            return st.integers(schema["minimum"], schema["maximum"])
        case "number":
            lowest = schema.get("exclusiveMinimum", schema.get("minimum"))
            return st.floats(lowest, schema.get("maximum", 1e9), exclude_min="exclusiveMinimum" in schema)
        case "string":
            return _text(schema)
        case "array":
            return st.lists(_drawn(schema["items"]), min_size=schema.get("minItems", 0), max_size=3)
        case _:
            return _table(schema)


def _text(schema: Mapping[str, Any]) -> st.SearchStrategy[str]:
    if "pattern" not in schema:
        return st.text(st.characters(exclude_categories=["Cs"]), min_size=schema.get("minLength", 0), max_size=200)
    drawn = st.from_regex(re.compile(schema["pattern"], re.ASCII), fullmatch=True)
    return drawn.filter(lambda text: len(text) <= schema.get("maxLength", 10_000))


def _table(schema: Mapping[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    if "patternProperties" in schema:
        ((pattern, value),) = schema["patternProperties"].items()
        return st.dictionaries(
            _text({"pattern": pattern}), _drawn(value), min_size=schema.get("minProperties", 0), max_size=3
        )
    parts = {name: _drawn(part) for name, part in schema["properties"].items()}
    needed = {name: part for name, part in parts.items() if name in schema.get("required", ())}
    return st.fixed_dictionaries(needed, optional={name: parts[name] for name in parts.keys() - needed.keys()})


def _options(schema: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, part in schema["properties"].items():
        if "properties" in part:
            yield from _options(part, f"{path}{name}.")
        else:
            yield f"{path}{name}", part


_SCHEMA = json.loads((CHART / "values.schema.json").read_text(encoding="utf-8"))
_CHANGE = st.sampled_from([(path, _drawn(part)) for path, part in _options(_SCHEMA)]).flatmap(
    lambda option: st.tuples(st.just(option[0]), option[1])
)


@settings(max_examples=60, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(st.sampled_from([MINIMAL, FULL]), st.lists(_CHANGE, min_size=1, max_size=12), st.sampled_from(VERSIONS))
def test_whatever_the_schema_accepts_is_valid_or_a_contradiction(
    values: dict[str, Any], changes: list[tuple[str, Any]], version: str
) -> None:
    """Kubernetes accepts what any values that pass the schema give, or the chart names the keys that must change."""
    try:
        made = objects(changed(values, dict(changes)))
    except HelmError as error:
        assert re.search(r"^- (backend|frontend|tests|ingress|alerts)\.[\w.]+: ", str(error), re.MULTILINE), error
        event("a contradiction")
        return
    event("objects")
    assert [text for text in (problem(manifest, version) for manifest in made.values()) if text] == []
