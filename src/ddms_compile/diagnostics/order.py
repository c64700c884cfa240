"""The order of diagnostics in every format."""

from collections.abc import Iterable

from ddms_compile.diagnostics.diagnostic import Diagnostic, Label


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return the diagnostics by file, line, column, code, message, without duplicates; those without a span first."""
    return tuple(sorted(dict.fromkeys(diagnostics), key=_rank))


def _rank(diagnostic: Diagnostic) -> tuple[object, ...]:
    place = _place(diagnostic.primary)
    # The last five make the order total, so that it does not depend on the input's order.
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
