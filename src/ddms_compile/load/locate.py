"""Convert findings, which refer to keys, to diagnostics, which refer to positions in files."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from ddms_compile.diagnostics import Diagnostic, Key, Label, Severity, Span
from ddms_compile.load.layers import Layer, LayeredTree, LayerKind
from ddms_compile.load.project import LoadedProject
from ddms_compile.tree import depth


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyLabel:
    """A label at a key of an environment, or of ddms.toml when `environment` is None. `part`: what to underline.

    `layer`: the layer to point at, by default the effective one. `secret`: renderers mask the value.
    """

    environment: str | None
    key: Key
    part: Literal["key", "value"] = "value"
    message: str = ""
    layer: LayerKind | None = None
    secret: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A diagnostic that refers to keys."""

    code: str
    severity: Severity
    message: str
    place: KeyLabel | None
    related: tuple[KeyLabel, ...] = ()
    notes: tuple[str, ...] = ()
    help: tuple[str, ...] = ()
    more: int = 0
    """Number of similar findings that are not located."""


class FindingsError(Exception):
    """Findings about the user's data that stop a stage after validation."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__(", ".join(finding.message for finding in self.findings))

    def __reduce__(self) -> tuple[type["FindingsError"], tuple[tuple[Finding, ...]]]:
        """Pickle by the constructor's argument, since the exception may come from another process."""
        return type(self), (self.findings,)


def locate(project: LoadedProject, findings: Iterable[Finding]) -> tuple[Diagnostic, ...]:
    """Return each finding as a diagnostic, in the given order, without duplicates.

    A label points at the key in the effective layer. A key that no layer has is shown at the nearest table in the
    user's files, else at the start of the environment's file.
    """
    findings = tuple(findings)
    if not findings:
        return ()
    finder = _Finder(project)
    return tuple(dict.fromkeys(_located(finding, finder) for finding in findings))


def _located(finding: Finding, finder: "_Finder") -> Diagnostic:
    related = (finder.label(place) for place in finding.related)
    return Diagnostic(
        code=finding.code,
        severity=finding.severity,
        message=finding.message,
        primary=None if finding.place is None else finder.label(finding.place),
        related=tuple(label for label in related if label is not None),
        notes=finding.notes,
        help=finding.help,
        more=finding.more,
    )


class _Finder:
    """Finds positions; indexes each file once, on demand."""

    def __init__(self, project: LoadedProject) -> None:
        from ddms_compile.load.positions import Positions  # a check without findings does not import the parser

        self._new = Positions
        self._project = project
        self._positions: dict[str, Positions] = {}

    def label(self, place: KeyLabel) -> Label | None:
        """Return the label; None for an environment that the project does not have."""
        if place.environment is None:
            layers = () if self._project.shared is None else (self._project.shared,)
            tree = LayeredTree("", layers)
        elif place.environment in self._project.environments:
            tree = self._project.environments[place.environment]
        else:
            return None
        return Label(span=self._span(tree, place), message=place.message, secret=place.secret) if tree.layers else None

    def _span(self, tree: LayeredTree, place: KeyLabel) -> Span:
        origins = [o for o in tree.origins(place.key) if place.layer in (None, o.kind)]
        if origins:
            layer = next(layer for layer in tree.layers if layer.source.path == origins[0].path)
            return self._nearest(layer, origins[0].key, place.part)
        users = [layer for layer in tree.layers if layer.kind in (LayerKind.ENVIRONMENT, LayerKind.PROJECT)]
        # The file with the longest prefix of the key; the environment's own if equal.
        layer = max(reversed(users), key=lambda layer: depth(layer.tree, place.key))
        return self._nearest(layer, place.key[: depth(layer.tree, place.key)], "key")

    def _nearest(self, layer: Layer, key: Key, part: Literal["key", "value"]) -> Span:
        """Return the span of the key, or of the nearest table around it when the parser cannot find the key."""
        path = layer.source.path
        if path not in self._positions:
            self._positions[path] = self._new(layer.source)
        positions = self._positions[path]
        while key:
            span = positions.value_span(key) if part == "value" else positions.key_span(key)
            if span is not None:
                return span
            key, part = key[:-1], "key"
        return Span(path=path, line=1, column=1, end_line=1, end_column=1)
