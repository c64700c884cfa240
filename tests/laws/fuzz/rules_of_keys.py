"""Values on both sides of each key's rule, from the JSON Schema that the program publishes."""

import random
import re
from functools import cache
from typing import Any

from ddms_compile.spec.schema import DOCUMENTS, json_schema

_CLASS = re.compile(r"\[[^\]]*\](?:\{[^}]*\}|[*+?])?")


@cache
def _schemas() -> tuple[dict[str, Any], ...]:
    return tuple(json_schema(document) for document in DOCUMENTS)


def schema_at(path: tuple[str, ...]) -> dict[str, Any] | None:
    """The schema of a key of either document; the steps of a dotted key, indexes left out."""
    for schema in _schemas():
        current: Any = schema
        for step in path:
            current = _child(schema, _resolved(schema, current), step)
            if current is None:
                break
        else:
            return _resolved(schema, current)
    return None


@cache
def keys() -> tuple[tuple[str, ...], ...]:
    """Every key that the schemas name; an entry of an open table is called `x`."""
    found: dict[tuple[str, ...], None] = {}
    for schema in _schemas():
        todo: list[tuple[tuple[str, ...], Any]] = [((), schema)]
        while todo:
            path, node = todo.pop()
            node = _resolved(schema, node)
            if len(path) > 7:
                continue
            for name, child in node.get("properties", {}).items():
                found[(*path, name)] = None
                todo.append(((*path, name), child))
            for child in [*node.get("patternProperties", {}).values(), node.get("additionalProperties")]:
                if isinstance(child, dict):
                    todo.append(((*path, "x"), child))
    return tuple(sorted(found))


def near(path: tuple[str, ...], chance: random.Random) -> str | None:
    """A TOML value at, inside or just outside the rule of a key; None when there is no schema for it."""
    schema = schema_at(path)
    if schema is None:
        return None
    return _value(schema, chance)


def _value(schema: dict[str, Any], chance: random.Random) -> str:
    if "enum" in schema:
        word = str(chance.choice(schema["enum"]))
        word = chance.choice((word, word, word.upper(), word + " ", word[:-1], ""))
        return word if schema.get("type") == "integer" else f'"{word}"'
    kind = schema.get("type")
    if kind in ("integer", "number"):
        bounds = [schema[b] for b in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum") if b in schema]
        number = chance.choice(bounds or [0]) + chance.choice((-1, 0, 0, 1, 1000))
        return chance.choice((str(number), str(number), f"{number}.0", f'"{number}"'))
    if kind == "boolean":
        return chance.choice(("true", "false", '"true"', "1"))
    if kind == "array":
        item = schema.get("items", {"type": "string", "pattern": "a"})
        count = chance.choice((0, 1, 2, schema.get("maxItems", 3), schema.get("maxItems", 3) + 1))
        return "[" + ", ".join(_value(item, chance) for _ in range(min(count, 50))) + "]"
    if kind == "string" or "pattern" in schema:
        return '"' + _string(schema, chance).replace("\\", "\\\\").replace('"', '\\"') + '"'
    return chance.choice(("{}", "[]", '"x"', "1"))


def _string(schema: dict[str, Any], chance: random.Random) -> str:
    if "default" in schema and chance.random() < 0.5:
        text = str(schema["default"])
    elif "pattern" in schema:
        text = re.sub(r"[\^$()?:|\\]", "", _CLASS.sub(lambda _: chance.choice("a0-9z"), schema["pattern"]))[:80]
    else:
        text = "x" * chance.choice((0, 1, schema.get("maxLength", 5), schema.get("maxLength", 5) + 1))
    change = chance.random()
    if change < 0.3 and text:
        at = chance.randrange(len(text))
        text = text[:at] + chance.choice(("", "A", "-", ".", "/", " ", "9", "é", "\u0661")) + text[at + 1 :]
    return text + chance.choice(("", "", "", "\u200b", "0", "-", "."))


def _resolved(schema: dict[str, Any], node: Any) -> dict[str, Any]:
    while isinstance(node, dict) and "$ref" in node:
        node = schema["$defs"][node["$ref"].rsplit("/", 1)[-1]]
    return node if isinstance(node, dict) else {}


def _child(schema: dict[str, Any], node: dict[str, Any], step: str) -> Any:
    node = _resolved(schema, node.get("items", node)) if node.get("type") == "array" else node
    if step in node.get("properties", {}):
        return node["properties"][step]
    for child in (*node.get("patternProperties", {}).values(), node.get("additionalProperties")):
        if isinstance(child, dict):
            return child
    return None
