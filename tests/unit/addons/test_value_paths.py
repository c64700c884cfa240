"""Every value that we give an add-on is one that its pinned chart knows."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ddms_compile.addons import Addon, candidates
from ddms_compile.gates.document import untraced
from terraform.shapes import environment

PATHS = Path(__file__).parent / "value_paths"

OF_SUBCHARTS = {
    "kube-prometheus-stack": {
        "grafana.deploymentStrategy",
        "grafana.grafana.ini",
        "grafana.resources",
        "kube-state-metrics.resources",
        "prometheus-node-exporter.resources",
    }
}
"""Values of the charts inside, which the outer one passes on and does not list."""

KUBERNETES_OWN = ("resources", "service.spec")
"""Objects of Kubernetes that charts pass on whole, whatever of it their defaults show."""

UPSTREAM = [addon for addon in candidates(environment("prod")) if addon.repository is not None]


def leaves(tree: Any, known: set[str], above: str = "") -> Iterator[str]:
    """Paths of the tree, down to where the chart's own structure ends."""
    for key, value in tree.items():
        path = f"{above}.{key}" if above else key
        yield path
        inner = any(other.startswith(f"{path}.") and other != f"{path}.*" for other in known)
        open_table = f"{path}.*" in known or not inner or path.endswith(KUBERNETES_OWN)
        if isinstance(value, dict) and value and not open_table:
            yield from leaves(value, known, path)


def listed(addon: Addon) -> set[str]:
    assert addon.version is not None
    return set((PATHS / f"{addon.chart}-{addon.version.value}.txt").read_text("utf-8").split("\n"))


@pytest.mark.parametrize("addon", UPSTREAM, ids=lambda addon: addon.name)
def test_each_value_is_one_that_the_chart_has(addon: Addon) -> None:
    """A misspelt key would change nothing and say nothing; each is in the list of the pinned version."""
    known = listed(addon)
    unknown = set(leaves(untraced(addon.values), known)) - known
    assert unknown == OF_SUBCHARTS.get(addon.name, set())


def test_a_misspelt_key_is_found() -> None:
    """The check has teeth: a key that no chart has is told apart from those that it has."""
    addon = next(addon for addon in UPSTREAM if addon.name == "cert-manager")
    known = listed(addon)
    assert "crds.enabled" in known and "crds.enable" not in known
    assert set(leaves({"crds": {"enable": True}}, known)) - known == {"crds.enable"}
