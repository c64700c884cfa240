"""The files of helm/application that follow from the model of its values: values.yaml, its schema and README.md.

Pure functions from the model to text. `python -m ddms_compile.kubernetes.chart.files <folder>` writes them.
"""

import json
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import UnionType
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic.json_schema import JsonSchemaValue

from ddms_compile.kubernetes.chart.values import ChartValues

_WIDTH = 110
_DRAFT = "http://json-schema.org/draft-07/schema#"
_TITLE = "Values of the chart application"
_GENERATED = "Generated from the chart's model of values. Do not edit by hand."


def chart_files() -> dict[str, str]:
    """Return file name in helm/application -> text."""
    return {"README.md": readme(), "values.schema.json": values_schema(), "values.yaml": values_yaml()}


def values_yaml() -> str:
    """Return values.yaml: every key with its default and a comment above it."""
    return f"# {_GENERATED}\n\n" + "\n".join(_yaml_lines(ChartValues(), 0)) + "\n"


def values_schema() -> str:
    """Return a closed JSON Schema draft-07 without references: Helm 3 and 4 read it, and their errors name the path.

    Every key is required: values.yaml gives each, so that only a user's `null` could remove one.
    """
    schema = ChartValues.model_json_schema(by_alias=True)
    tree = _inlined(schema, schema.get("$defs", {}), required=True)
    return json.dumps({"$schema": _DRAFT, "title": _TITLE, **tree}, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def readme() -> str:
    """Return README.md: purpose, usage, and a table of every value."""
    rows = [f"| `{leaf.path}` | `{leaf.default}` | {_cell(leaf.comment)} |" for leaf in leaves()]
    template = Path(__file__).with_name("readme.md").read_text(encoding="utf-8")
    return template.replace("%GENERATED%", _GENERATED).replace("%ROWS%", "\n".join(rows))


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One option: its dotted path, its default as JSON, its comment."""

    path: str
    default: str
    comment: str


def leaves() -> tuple[Leaf, ...]:
    """Return every option of values.yaml, in its order."""
    return tuple(_leaves(ChartValues(), ""))


def _leaves(model: BaseModel, prefix: str) -> Iterator[Leaf]:
    for key, field, value in _fields(model):
        if isinstance(value, BaseModel):
            yield from _leaves(value, f"{prefix}{key}.")
        else:
            yield Leaf(path=prefix + key, default=_json(value), comment=_comment(field))


def _yaml_lines(model: BaseModel, depth: int) -> Iterator[str]:
    indent = "  " * depth
    for number, (key, field, value) in enumerate(_fields(model)):
        if depth == 0 and number:
            yield ""
        for line in textwrap.wrap(_comment(field), _WIDTH - len(indent) - 2):
            yield f"{indent}# {line}"
        if isinstance(value, BaseModel):
            yield f"{indent}{key}:"
            yield from _yaml_lines(value, depth + 1)
        else:
            yield f"{indent}{key}: {_json(value)}"


def _fields(model: BaseModel) -> Iterator[tuple[str, FieldInfo, object]]:
    for name, field in type(model).model_fields.items():
        yield str(field.serialization_alias or field.alias or name), field, getattr(model, name)


def _comment(field: FieldInfo) -> str:
    """Return the description; for a list of tables, followed by the keys of one entry."""
    text = " ".join((field.description or "").split())
    item = _item(field.annotation)
    if item is None:
        return text
    keys = (f"{_alias(name, entry)} ({_lowered(entry.description)})" for name, entry in item.model_fields.items())
    return f"{text} Each entry: {', '.join(keys)}."


def _item(annotation: object) -> type[BaseModel] | None:
    for inner in get_args(annotation):
        if isinstance(inner, type) and not isinstance(inner, UnionType) and issubclass(inner, BaseModel):
            return inner
    return None


def _alias(name: str, field: FieldInfo) -> str:
    return str(field.serialization_alias or field.alias or name)


def _lowered(description: str | None) -> str:
    text = " ".join((description or "").split()).rstrip(".")
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _json(value: object) -> str:
    return json.dumps(_plain(value), ensure_ascii=False)


def _plain(value: object) -> object:
    match value:
        case BaseModel():
            return value.model_dump(mode="json", by_alias=True)
        case tuple() | list():
            return [_plain(item) for item in value]
        case _:
            return value


def _inlined(node: Any, definitions: JsonSchemaValue, *, required: bool) -> Any:
    """Return the schema with references inlined: draft-07 ignores keywords beside `$ref`.

    `required`: every property of a table is required, except in entries of a list, for which Helm has no defaults.
    """
    match node:
        case {"$ref": str(reference), **beside}:
            target = definitions[reference.rsplit("/", 1)[-1]]
            return {
                **_inlined(target, definitions, required=required),
                **_inlined(beside, definitions, required=required),
            }
        case dict():
            return _table(node, definitions, required=required)
        case list():
            return [_inlined(item, definitions, required=required) for item in node]
        case _:
            return node


def _table(node: JsonSchemaValue, definitions: JsonSchemaValue, *, required: bool) -> JsonSchemaValue:
    tree = {
        key: _inlined(value, definitions, required=required and key != "items")
        for key, value in node.items()
        if key not in ("$defs", "title", "default", "description", "properties")
    }
    if "properties" in node:
        properties = node["properties"].items()
        tree["properties"] = {name: _inlined(part, definitions, required=required) for name, part in properties}
        if required:
            tree["required"] = sorted(tree["properties"])
    if "patternProperties" in node:
        tree["additionalProperties"] = False
    if "description" in node:
        tree["description"] = " ".join(node["description"].split())
    return tree


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    for file, text in chart_files().items():
        (Path(sys.argv[1]) / file).write_text(text, encoding="utf-8", newline="\n")
