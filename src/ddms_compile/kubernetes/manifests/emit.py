"""The back end: the rendered objects of each environment's cluster, one file per object."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from ddms_compile.addons import addons
from ddms_compile.diagnostics import Severity
from ddms_compile.emitter import Inputs
from ddms_compile.exposure.shapes import shape_matches
from ddms_compile.gates.document import untraced
from ddms_compile.kubernetes.chart.folder import problem
from ddms_compile.kubernetes.chart.shipped import chart_source
from ddms_compile.kubernetes.helm.engine import documents
from ddms_compile.kubernetes.helm.process import HelmError
from ddms_compile.kubernetes.manifests.files import File, files
from ddms_compile.kubernetes.manifests.influence import Leaves, influence, leaves, possible_keys
from ddms_compile.kubernetes.values.application import app_values
from ddms_compile.load import Finding, FindingsError, KeyLabel
from ddms_compile.provenance.artifact import Artifact, LazyOrigins, LeafOrigin
from ddms_compile.provenance.traced import NO_KEYS, Keys, Traced, constant
from ddms_compile.resolve import Environment
from ddms_compile.resolve.delivery import application_chart, namespace
from ddms_compile.tree import PlainTable, TracedTable, TracedTree, Tree

SECRET_CHARTS = ("monitoring-secrets",)
"""Charts that create Secrets in the cluster, which must not be written to files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A chart of the project with its values in one environment."""

    name: Traced[str]
    folder: str
    """Folder of the chart, relative to the repository."""

    chart: Path
    """The existing folder of the chart."""

    place: KeyLabel | None
    """The key that names the chart; None for a chart of the platform."""

    namespace: Traced[str]
    values: Mapping[str, TracedTree]
    exists: Keys = NO_KEYS
    """The keys that decide whether the environment has the release."""

    def given(self) -> TracedTable:
        """The input of the rendering, traced."""
        return {"name": self.name, "namespace": self.namespace, "values": self.values}


def emit_manifests(inputs: Inputs) -> Iterator[Artifact]:
    """Yield `generated/<environment>/manifests/<order>-<kind>-<name>.yaml`; nothing for the tier `local`.

    Charts of Secrets are checked, because Terraform installs them, but not rendered. Raises FindingsError when a chart
    cannot be rendered.
    """
    for environment in inputs.selected:
        if environment.tier != "local":
            for release in _releases(environment, inputs):
                _refuse_strange(release, inputs.root)
                if release.name.value not in SECRET_CHARTS:
                    yield from _manifests(environment, release)


def _releases(environment: Environment, inputs: Inputs) -> Iterator[Release]:
    """Yield the platform's own charts, then the application's."""
    for addon in addons(environment):
        if addon.repository is None:
            folder = environment.charts.folder(addon.chart)
            yield Release(
                name=constant(addon.name),
                folder=folder,
                chart=chart_source(inputs.root, folder),
                place=None,
                namespace=constant(addon.namespace),
                values=addon.values,
                exists=addon.exists,
            )
    chart = application_chart(environment)
    yield Release(
        name=namespace(environment),
        folder=chart.value,
        chart=chart_source(inputs.root, chart.value),
        place=KeyLabel(environment=environment.name, key=("project", "chart")),
        namespace=namespace(environment),
        values=app_values(environment),
    )


def _refuse_strange(release: Release, root: Path) -> None:
    """Refuse a chart with links to the outside: files from elsewhere must not be rendered."""
    strange = problem(root, release.folder) if release.chart == root / release.folder else None
    if strange is not None:
        raise FindingsError([_refused(release, strange)])


def _manifests(environment: Environment, release: Release) -> Iterator[Artifact]:
    given = release.given()
    plain = untraced(given)
    construct = f"chart.{release.name.value}"
    possible = possible_keys(given) | release.exists
    renderer = _Renderer(release)

    @cache
    def origins(wanted: Keys) -> Mapping[str, Mapping[str, LeafOrigin]]:
        """Return the origins of all files of the release: one rendering serves all of them."""
        return influence(given, plain, renderer, construct, wanted, release.exists)

    try:
        rendered = _rendered(release, plain)
    except HelmError as error:
        raise FindingsError([_refused(release, str(error))]) from error
    _refuse_secrets(environment, release, rendered, json.dumps(plain["values"], default=str))
    for file in rendered:
        yield Artifact(
            path=f"generated/{environment.name}/manifests/{file.name}",
            text=file.text,
            environment=environment.name,
            emitter="manifests",
            origins=LazyOrigins(possible, lambda wanted, name=file.name: origins(wanted).get(name, {})),  # type: ignore[misc]
        )


def _refuse_secrets(environment: Environment, release: Release, rendered: tuple[File, ...], given: str) -> None:
    """Refuse secrets from the chart's own templates and values; validation checked the values of the data."""
    for file in rendered:
        for kind, start, end in shape_matches(file.text):
            if file.text[start:end] not in given:
                path = f"generated/{environment.name}/manifests/{file.name}"
                message = f"the chart of the release {release.name.value} renders {kind} into {path}"
                raise FindingsError(
                    [replace(_refused(release, _COMMITTED), code="DDMS244", message=message, help=_MOVE)]
                )


_COMMITTED = (
    "the chart and the generated files are committed: if they were pushed, the secret "
    "is exposed; revoke it at its issuer and create a new one"
)
_MOVE = ("reference a Kubernetes Secret in the template, and store the value in Secrets Manager",)


def _refused(release: Release, reason: str) -> Finding:
    return Finding(
        code="DDMS701",
        severity=Severity.ERROR,
        message=f"the chart of the release {release.name.value} cannot be rendered",
        place=release.place,
        notes=(reason,),
        help=(
            (
                "Helm's message names the template or the key; `project.chart` names the "
                "folder of the application's chart"
            ),
        ),
    )


def _rendered(release: Release, given: PlainTable) -> tuple[File, ...]:
    values, name, namespace = given["values"], given["name"], given["namespace"]
    assert isinstance(values, Mapping) and isinstance(name, str) and isinstance(namespace, str)
    return files(documents(release.chart, values, name=name, namespace=namespace))


class _Renderer:
    """Renders and parses; an unchanged file is the same object, which makes comparisons cheap."""

    def __init__(self, release: Release) -> None:
        self._release = release
        self._read: dict[str, Leaves] = {}

    def __call__(self, given: dict[str, Tree]) -> Mapping[str, Leaves] | None:
        try:
            rendered = _rendered(self._release, given)
        except HelmError:
            return None
        return {file.name: self._leaves(file) for file in rendered}

    def _leaves(self, file: File) -> Leaves:
        if file.text not in self._read:
            self._read[file.text] = dict(leaves(file.parse()))
        return self._read[file.text]
