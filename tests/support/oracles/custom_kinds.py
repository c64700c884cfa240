"""The fields of the custom kinds that we make, as their projects define them, and the strict schema of each.

`crds/<Kind>.txt` records the project and its version, and then, one in a line, the path of every field and what is
asked of it: `[]` are the entries of a list, `.*` those of a table with any keys. Descriptions, defaults and the status
are left out. To record a new version:

    python tests/support/oracles/custom_kinds.py PROJECT VERSION DEFINITION.yaml
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

RECORDS = Path(__file__).parent / "crds"
_ASKED = (
    *("type", "required", "enum", "pattern", "nullable", "minLength", "maxLength", "minimum", "maximum"),
    *("minItems", "maxItems", "minProperties", "maxProperties", "oneOf", "anyOf", "allOf", "not"),
    *("x-kubernetes-int-or-string", "x-kubernetes-preserve-unknown-fields"),
)
"""What a JSON schema asks of a value, without what it says about its parts. Rules in CEL are not among them."""


def recorded() -> dict[tuple[str, str], dict[str, Any]]:
    """The strict schema of each recorded kind, by apiVersion and kind."""
    found = {}
    for path in sorted(RECORDS.glob("*.txt")):
        head, *lines = path.read_text(encoding="utf-8").splitlines()
        api_version = head.split(" of ", 1)[0].removeprefix("# ")
        found[api_version, path.stem] = schema(dict(line.split(" ", 1) for line in lines if line))
    return found


def schema(fields: Mapping[str, str]) -> dict[str, Any]:
    """A JSON schema (draft 7) that knows these fields and refuses every other, as the API server does when strict."""
    root: dict[str, Any] = {"type": "object", "required": ["apiVersion", "kind", "metadata", "spec"]}
    root["properties"] = {"apiVersion": {}, "kind": {}, "metadata": {}}
    root["additionalProperties"] = False
    for path, asked in fields.items():
        node = root
        *above, last = re.findall(r"[^.\[\]]+|\[\]", path)
        for step in above:
            node = _part(node, step)
        _enter(node, last, _draft7(json.loads(asked)))
    return root


def _part(node: dict[str, Any], step: str) -> dict[str, Any]:
    found: dict[str, Any] = {"[]": node.get("items"), "*": node.get("additionalProperties")}.get(
        step, node.get("properties", {}).get(step)
    )
    return found


def _enter(node: dict[str, Any], step: str, part: dict[str, Any]) -> None:
    if step == "[]":
        node["items"] = part
    elif step == "*":
        node["additionalProperties"] = part
    else:
        node.setdefault("properties", {})[step] = part


def _draft7(asked: dict[str, Any]) -> dict[str, Any]:
    if asked.pop("x-kubernetes-int-or-string", False):
        return {"type": ["integer", "string"]}
    if asked.get("type") == "object":
        asked["additionalProperties"] = asked.pop("x-kubernetes-preserve-unknown-fields", False)
    if asked.pop("nullable", False):
        asked["type"] = [asked["type"], "null"]
    if "pattern" in asked:
        # Go takes flags anywhere, Python at the beginning.
        asked["pattern"] = re.sub(r"^\^\(\?i\)", "(?i)^", asked["pattern"])
    return asked


def _fields(node: Mapping[str, Any], path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    yield path, {name: node[name] for name in _ASKED if name in node}
    for name, part in sorted(node.get("properties", {}).items()):
        yield from _fields(part, f"{path}.{name}")
    if "items" in node:
        yield from _fields(node["items"], f"{path}[]")
    if isinstance(node.get("additionalProperties"), Mapping):
        yield from _fields(node["additionalProperties"], f"{path}.*")


def record(project: str, version: str, definition: Mapping[str, Any]) -> tuple[str, str]:
    """Name and text of the record of a CustomResourceDefinition's stored version."""
    spec = definition["spec"]
    (stored,) = (each for each in spec["versions"] if each["storage"])
    asked = "the fields, and what is asked of each"
    head = f"# {spec['group']}/{stored['name']} of {project} {version}, Apache-2.0: {asked}"
    fields = _fields(stored["schema"]["openAPIV3Schema"]["properties"]["spec"], "spec")
    lines = (f"{path} {json.dumps(each, separators=(',', ':'))}" for path, each in fields)
    return f"{spec['names']['kind']}.txt", "\n".join((head, *lines, ""))


if __name__ == "__main__":
    of, at, source = sys.argv[1:]
    name, text = record(of, at, YAML(typ="safe", pure=True).load(Path(source).read_text(encoding="utf-8")))
    (RECORDS / name).write_text(text, encoding="utf-8", newline="\n")
