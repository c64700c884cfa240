"""The chart as the tests use it: values to start from, and what Helm makes of them."""

from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml
from ruamel.yaml import YAML

from ddms_compile.kubernetes.helm.engine import documents

CHART = Path(__file__).parents[3] / "helm" / "application"
NAME = "ddms"
NAMESPACE = "shop"

Objects = dict[tuple[str, str], dict[str, Any]]


def read_yaml(path: Path) -> Any:
    return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))


MINIMAL = {"nameOverride": NAME, **read_yaml(CHART / "ci" / "minimal-values.yaml")}
FULL = {"nameOverride": NAME, **read_yaml(CHART / "ci" / "full-values.yaml")}


def objects(values: Mapping[str, Any], *, name: str = NAME, namespace: str = NAMESPACE) -> Objects:
    """What the cluster receives, by kind and name. Two objects of one kind and name are an error."""
    found: Objects = {}
    for document in documents(CHART, values, name=name, namespace=namespace):
        manifest = yaml.load(document.text, yaml.CSafeLoader)
        key = (manifest["kind"], manifest["metadata"]["name"])
        assert key not in found, f"{key} is there twice"
        found[key] = manifest
    return found


def changed(values: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of the values in which the dotted paths have these values."""
    copy = deepcopy(dict(values))
    for path, value in changes.items():
        *parents, last = path.split(".")
        table = copy
        for key in parents:
            table = table.setdefault(key, {})
        table[last] = value
    return copy


def at(node: Any, path: str) -> Any:
    """What is at a slash-separated path ("~1" is a slash in a key); None when there is nothing."""
    for part in filter(None, path.split("/")):
        if isinstance(node, list):
            node = node[int(part)] if int(part) < len(node) else None
        elif isinstance(node, dict):
            node = node.get(part.replace("~1", "/"))
        else:
            return None
    return node
