"""Chart versions other than the pinned ones, whose values are untested."""

from collections.abc import Iterator, Mapping

from ddms_compile import tree as trees
from ddms_compile.catalog.kubernetes import Support, component_range, support_state
from ddms_compile.load import Finding, LayeredTree, LayerKind
from ddms_compile.spec import EnvironmentSpec
from ddms_compile.tree import PlainTable
from ddms_compile.validate.rules.rule import Specs, at, note, warning

CODE = "DDMS219"
UNCHECKED = "DDMS407"
TESTED = {"ingress-nginx": "ingress_nginx", "cert-manager": "cert_manager", "velero": "velero"}
"""Components with tested Kubernetes versions in the catalog, and their charts."""


def check(specs: Specs) -> Iterator[Finding]:
    for name, spec in specs.cloud():
        known = _known(specs.project.environments[name])
        for chart, version in spec.versions.charts:
            if version.removeprefix("v") != str(known.get(chart, version)).removeprefix("v"):
                yield note(
                    UNCHECKED,
                    f"chart {chart} {version} is not the version that this compiler is tested with",
                    at(name, "versions", "charts", chart, label=f"known: {known[chart]}"),
                    "compare its values with those under generated/ before you apply, or use the tested version",
                )
        if support_state(spec.cluster.version, specs.today) in (Support.STANDARD, Support.EXTENDED):
            yield from _tested(name, spec, known)


def _tested(name: str, spec: EnvironmentSpec, known: PlainTable) -> Iterator[Finding]:
    for component, chart in TESTED.items():
        version = getattr(spec.versions.charts, chart)
        if not _runs(component, spec) or version != known.get(chart):
            continue
        low, high = component_range(component)
        if not _number(low) <= _number(spec.cluster.version) <= _number(high):
            yield warning(
                CODE,
                f"{component} {version} is untested on Kubernetes {spec.cluster.version}",
                at(name, "cluster", "version", label=f"{component} is tested on {low} to {high}"),
                'the controller "traefik" is maintained: set controller = "traefik" under [edge]'
                if component == "ingress-nginx"
                else (
                    f"use a cluster version from {low} to {high}, or a chart of {component} that supports this version"
                ),
            )


def _runs(component: str, spec: EnvironmentSpec) -> bool:
    if component == "velero":
        return spec.backup.velero.enabled
    return component != "ingress-nginx" or spec.edge.controller == "ingress-nginx"


def _known(tree: LayeredTree) -> PlainTable:
    """The charts of the defaults."""
    lowest = next((layer.tree for layer in tree.layers if layer.kind is LayerKind.DEFAULTS), {})
    charts = trees.at(lowest, ("versions", "charts"))
    return charts if isinstance(charts, Mapping) else {}


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
