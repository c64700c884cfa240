"""The `helm` program beside the SDK that the compiler renders with: one version, the same objects."""

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

import helm_python
import pytest

from chart.rendering import CHART, FULL, MINIMAL, read_yaml
from ddms_compile.kubernetes.helm.engine import render
from example_project import built
from oracles.programs import helm, output

ROOT = CHART.parents[1]
CHARTS = sorted(path.parent.name for path in (ROOT / "helm").glob("*/Chart.yaml"))
ENVIRONMENTS = sorted(path.parents[1].name for path in (built() / "generated").glob("*/helm/values.yaml"))


def _cases() -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    yield "application", "minimal", MINIMAL
    yield "application", "full", FULL
    for environment in ENVIRONMENTS:
        folder = built() / "generated" / environment / "helm"
        for chart in CHARTS:
            path = folder / ("values.yaml" if chart == "application" else f"addons/{chart}.yaml")
            yield chart, environment, read_yaml(path)


CASES = tuple(_cases())


def test_every_chart_is_compared_in_every_environment() -> None:
    """Each chart of the project meets each environment with a cluster."""
    assert {(chart, which) for chart, which, _ in CASES} >= {(c, e) for c in CHARTS for e in ENVIRONMENTS}
    assert {"prod", "staging"} <= set(ENVIRONMENTS)


@pytest.mark.parametrize(("chart", "values"), [pytest.param(c, v, id=f"{c}-{which}") for c, which, v in CASES])
def test_the_program_and_the_sdk_make_the_same_objects(chart: str, values: Mapping[str, Any]) -> None:
    """`helm template` makes the objects that the SDK makes, of every chart with the values of every environment."""
    folder = ROOT / "helm" / chart
    made = {
        binary is None: [
            _steady(item.manifest) for item in render(folder, values, name="x", namespace="y", binary=binary)
        ]
        for binary in (helm(), None)
    }
    assert made[True]
    assert made[True] == made[False]


def _steady(manifest: dict[str, Any]) -> dict[str, Any]:
    """The object without the password that each rendering draws anew."""
    if manifest["kind"] == "Secret" and "admin-password" in manifest.get("data", {}):
        assert manifest["data"].pop("admin-password")
    return manifest


def test_the_pipeline_deploys_with_the_version_that_renders_here() -> None:
    """SDK, program and the default of `ci.helm` are one version of Helm."""
    version = helm_python.helm_sdk_version().removeprefix("v")
    assert output(helm(), "version", "--template", "{{.Version}}").removeprefix("v") == version
    defaults = tomllib.loads((ROOT / "src" / "ddms_compile" / "spec" / "defaults.toml").read_text("utf-8"))
    assert defaults["ci"]["helm"] == version
