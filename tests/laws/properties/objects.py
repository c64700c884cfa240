"""The Kubernetes objects among generated files, and what an API server says about them."""

from collections.abc import Mapping
from typing import Any

import yaml

from chart.schemas import problem


def objects_of(texts: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Each object by the path of its file, read as Kubernetes reads it."""
    return {path: yaml.load(text, yaml.CSafeLoader) for path, text in texts.items() if "/manifests/" in path}


def problems(objects: Mapping[str, dict[str, Any]], version: str) -> list[str]:
    """What the API server of that version would refuse."""
    return [f"{path}: {found}" for path, each in objects.items() if (found := problem(each, version))]
