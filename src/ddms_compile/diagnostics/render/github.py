"""GitHub Actions: workflow commands that become annotations on the lines of a pull request.

Escapes: https://docs.github.com/actions/reference/workflow-commands-for-github-actions. A message is data after `::`,
where `%`, CR and LF are escaped; in a property `:` and `,` are escaped too.
"""

from collections.abc import Mapping, Sequence

from ddms_compile.diagnostics.diagnostic import Diagnostic, Label, Severity, Span
from ddms_compile.diagnostics.order import in_order
from ddms_compile.diagnostics.render.visible import lines, visible

_COMMAND = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render(diagnostics: Sequence[Diagnostic], sources: Mapping[str, str], *, color: bool = False) -> str:  # noqa: ARG001
    """Return one line per diagnostic."""
    return "".join(f"{_command(diagnostic)}\n" for diagnostic in in_order(diagnostics))


def _command(diagnostic: Diagnostic) -> str:
    properties = {} if diagnostic.primary is None else _place(diagnostic.primary.span)
    properties["title"] = diagnostic.code
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    text = _data("\n".join(_text(diagnostic)))
    return f"::{_COMMAND[diagnostic.severity]} {listed}::{text}"


def _place(span: Span) -> dict[str, str]:
    """Return the position; GitHub accepts columns only for a span within one line."""
    place = {"file": span.path, "line": str(span.line), "endLine": str(span.end_line)}
    if span.line == span.end_line:
        place |= {"col": str(span.column), "endColumn": str(span.end_column)}
    return place


def _text(diagnostic: Diagnostic) -> list[str]:
    head = visible(diagnostic.message)
    if diagnostic.primary is not None and diagnostic.primary.message:
        head += f" ({visible(diagnostic.primary.message)})"
    related = [f"see {_where(label)}" for label in diagnostic.related]
    notes = [line for note in diagnostic.said for line in lines(f"note: {note}")]
    return [head, *related, *notes, *(line for text in diagnostic.help for line in lines(f"help: {text}"))]


def _where(label: Label) -> str:
    place = f"{visible(label.span.path)}:{label.span.line}:{label.span.column}"
    return f"{place}: {visible(label.message)}" if label.message else place


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(visible(text)).replace(":", "%3A").replace(",", "%2C")
