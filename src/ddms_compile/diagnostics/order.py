"""The one order in which diagnostics are shown, in every format."""

from collections.abc import Iterable
from typing import Any

from ddms_compile.diagnostics.diagnostic import Diagnostic, Label


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """By file, line, column, code, message; those without a place first. What says exactly the same is said once."""
    return tuple(sorted(dict.fromkeys(diagnostics), key=_rank))


def _rank(diagnostic: Diagnostic) -> tuple[Any, ...]:
    place = _place(diagnostic.primary)
    # The last five only make the order total: two diagnostics that differ at all never depend on who came first.
    return (
        place[:3],
        diagnostic.code,
        diagnostic.message,
        diagnostic.severity,
        place[3:],
        tuple(_place(label) for label in diagnostic.related),
        diagnostic.notes,
        diagnostic.help,
        diagnostic.more,
    )


def _place(label: Label | None) -> tuple[str, int, int, int, int, str]:
    if label is None:
        return ("", 0, 0, 0, 0, "")
    span = label.span
    return (span.path, span.line, span.column, span.end_line, span.end_column, label.message)
