"""Conflicts between layers: a key is a table in one and a value in another."""

from collections.abc import Iterator

from ddms_compile.diagnostics import Diagnostic, Label, Severity, Span, dotted
from ddms_compile.load.layers import Conflict, Layer, LayeredTree


def conflict_problems(environment: LayeredTree) -> Iterator[Diagnostic]:
    """Yield an error for each conflict, with both positions."""
    for conflict in environment.conflicts:
        yield _problem(conflict)


def _problem(conflict: Conflict) -> Diagnostic:
    name = dotted(conflict.key)
    is_table = isinstance(_value(conflict.upper, conflict), dict)
    here, there = ("a table", "a value") if is_table else ("a value", "a table")
    advice = f"write {name} as {there}, as in the lower layer"
    return Diagnostic(
        code="DDMS009",
        severity=Severity.ERROR,
        message=f"{name} is {here} here and {there} in {conflict.lower.source.path}",
        primary=Label(span=_span(conflict.upper, conflict), message=f"{here} here"),
        related=(Label(span=_span(conflict.lower, conflict), message=f"{there} here"),),
        help=(advice,),
    )


def _value(layer: Layer, conflict: Conflict) -> object:
    value: object = layer.tree
    for step in conflict.key:
        assert isinstance(value, dict)
        value = value[step]
    return value


def _span(layer: Layer, conflict: Conflict) -> Span:
    from ddms_compile.load.positions import Positions  # imported for errors only

    start = Span(path=layer.source.path, line=1, column=1, end_line=1, end_column=1)
    return Positions(layer.source).key_span(conflict.key) or start
