"""Folders of charts: a project's own chart overrides the shipped one of the same name."""

from ddms_compile.resolve.charts import SHIPPED, ChartFolders


def test_an_own_chart_overrides_the_shipped_one() -> None:
    charts = ChartFolders(own=frozenset({"cluster-base"}))
    assert charts.folder("cluster-base") == "helm/cluster-base"
    assert charts.folder("secret-store") == "generated/charts/secret-store"


def test_the_application_may_have_any_folder() -> None:
    charts = ChartFolders(own=frozenset())
    assert charts.application("helm/application") == "generated/charts/application"
    assert charts.application("deploy/chart") == "deploy/chart"
    assert ChartFolders(own=frozenset({"application"})).application("helm/application") == "helm/application"


def test_only_charts_that_are_used_and_not_overridden_are_written() -> None:
    assert ChartFolders(own=frozenset()).written(["helm/application"]) == tuple(sorted(SHIPPED))
    assert "application" not in ChartFolders(own=frozenset()).written(["deploy/chart"])
    assert ChartFolders(own=frozenset(SHIPPED)).written(["helm/application"]) == ()
