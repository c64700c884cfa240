"""CDKTF and its fork CDK Terrain are the same to us: moving is a change of one line of data."""

import datetime
import json
import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from ddms_compile.pipeline import compile as pipeline
from ddms_compile.pipeline.request import Request
from example_project import built

ROOT = Path(__file__).parents[3]


def stacks(root: Path, cache: Path) -> dict[str, Any]:
    """Every stack that the project compiles to, by its path."""
    request = Request(root=root, today=datetime.date(2026, 11, 23), cache_dir=cache)
    compiled = pipeline.compile(request)
    return {a.path: json.loads(a.text) for a in compiled.artifacts if a.path.endswith("cdk.tf.json")}


def test_both_engines_give_the_same_stacks_but_for_the_providers_pins(tmp_path: Path) -> None:
    """Resources, data sources, variables and outputs are equal; only `required_providers` differs."""
    if find_spec("cdktn") is None:
        pytest.skip("UNCHECKED with CDK Terrain: the package cdktn is not installed")
    for name in ("ddms.toml", "environments", "helm"):
        source = built() / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)
    cache = Path.home() / ".cache" / "ddms-compile"
    cdktf = stacks(tmp_path, cache)
    with (tmp_path / "ddms.toml").open("a") as file:
        file.write('\n[versions]\nengine = "cdktn"\n')
    cdktn = stacks(tmp_path, cache)
    assert cdktf
    for document in (*cdktf.values(), *cdktn.values()):
        pins = document["terraform"].pop("required_providers")
        assert pins["aws"]["version"]
    assert cdktf == cdktn
