"""The compiler's charts: their folder, and the back end that writes them to a project without its own."""

from collections.abc import Iterator
from pathlib import Path

import ddms_compile
from ddms_compile.emitter import Inputs
from ddms_compile.gates.text import text_artifact
from ddms_compile.provenance.artifact import Artifact
from ddms_compile.resolve.charts import WRITTEN

PACKAGE = Path(ddms_compile.__file__).parent
NOT_WRITTEN = ("ci",)
"""Folders of a chart that only its tests use."""


def shipped_charts() -> Path:
    """Return the folder of the compiler's charts: in an installed wheel, or in a checkout of the compiler."""
    installed = PACKAGE / "charts"
    return installed if installed.is_dir() else PACKAGE.parents[1] / "helm"


def chart_source(root: Path, folder: str) -> Path:
    """Return the existing folder of the chart that is, or will be, at `folder` of the project under `root`."""
    name = folder.removeprefix(f"{WRITTEN}/")
    return root / folder if name == folder else shipped_charts() / name


def emit_charts(inputs: Inputs) -> Iterator[Artifact]:
    """Yield `generated/charts/<name>/`: charts that a project in the cloud needs and does not have under `helm/`."""
    cloud = [environment for environment in inputs.environments.values() if environment.tier != "local"]
    if not cloud:
        return
    configured = {environment.read(lambda s: s.project.chart).value for environment in cloud}
    for name in cloud[0].charts.written(configured):
        yield from _files(name)


def _files(name: str) -> Iterator[Artifact]:
    chart = shipped_charts() / name
    for path in sorted(chart.rglob("*")):
        inside = path.relative_to(chart)
        if path.is_file() and inside.parts[0] not in NOT_WRITTEN:
            yield text_artifact(
                f"{WRITTEN}/{name}/{inside.as_posix()}",
                path.read_text("utf-8").removesuffix("\n").split("\n"),
                construct=f"chart.{name}",
                environment=None,
                emitter="charts",
            )
