"""A project's own charts override those of the compiler, one by one."""

import pytest

from ddms_compile.kubernetes.chart.shipped import shipped_charts
from ddms_compile.resolve.charts import SHIPPED, ChartFolders


def test_each_chart_that_is_said_to_come_with_the_compiler_does() -> None:
    """The list and the folder are one."""
    assert sorted(path.parent.name for path in shipped_charts().glob("*/Chart.yaml")) == list(SHIPPED)


@pytest.mark.parametrize("own", [(), ("application",), ("cluster-base",), SHIPPED])
def test_a_chart_of_the_project_is_used_and_the_others_are_written(own: tuple[str, ...]) -> None:
    """No chart has two places, and none has no place."""
    charts = ChartFolders(own=frozenset(own))
    written = charts.written(["helm/application"])
    assert sorted({*written, *own}) == list(SHIPPED)
    assert not set(written) & set(own)
    for name in SHIPPED:
        assert charts.folder(name) == (f"helm/{name}" if name in own else f"generated/charts/{name}")


def test_a_chart_in_a_folder_of_its_own_is_taken_from_there() -> None:
    """`project.chart = "charts/shop"` is that folder, and the compiler's application chart is not written."""
    charts = ChartFolders(own=frozenset())
    assert charts.application("charts/shop") == "charts/shop"
    assert "application" not in charts.written(["charts/shop"])
    assert charts.application("helm/shop") == "helm/shop"
