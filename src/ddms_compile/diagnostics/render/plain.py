"""Plain text for a terminal: the source line, a caret, help.

The shape is that of rustc's messages: head line, `-->` and the primary place, `:::` and places in other files.
"""

from collections.abc import Mapping, Sequence

from ddms_compile.diagnostics.diagnostic import Diagnostic, Severity, Span
from ddms_compile.diagnostics.order import in_order
from ddms_compile.diagnostics.render.snippet import Mark, Paint, snippet
from ddms_compile.diagnostics.render.visible import lines, visible

_SEVERITY_COLOR = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.NOTE: "1;36"}
_COLOR = {"bold": "1", "gutter": "1;34", "related": "1;34"}


def render(diagnostics: Sequence[Diagnostic], sources: Mapping[str, str], *, color: bool = False) -> str:
    """Return one paragraph per diagnostic, then the count; an empty text without diagnostics."""
    ordered = in_order(diagnostics)
    if not ordered:
        return ""
    paragraphs = [_paragraph(diagnostic, sources, color) for diagnostic in ordered]
    return "\n\n".join([*paragraphs, _summary(ordered)]) + "\n"


def _paragraph(diagnostic: Diagnostic, sources: Mapping[str, str], color: bool) -> str:
    paint = _painter(diagnostic.severity, color)
    head = paint("primary", f"{diagnostic.severity}[{diagnostic.code}]")
    rows = [head + paint("bold", f": {visible(diagnostic.message)}")]
    files = _by_file(diagnostic)
    numbers = [m.span.end_line for path, marks in files.items() if path in sources for m in marks]
    gutter = len(str(max(numbers, default=1)))
    for path, marks in files.items():
        rows.extend(_file(marks, sources.get(path), gutter, paint))
    for word, texts in (("note", diagnostic.said), ("help", diagnostic.help)):
        for text in texts:
            rows.extend(_advice(word, text, gutter, paint))
    return "\n".join(rows)


def _by_file(diagnostic: Diagnostic) -> dict[str, list[Mark]]:
    """Return the marks of a diagnostic by file, the primary label's file first."""
    files: dict[str, list[Mark]] = {}
    if diagnostic.primary is not None:
        label = diagnostic.primary
        files[label.span.path] = [Mark(span=label.span, message=label.message, primary=True)]
    for label in diagnostic.related:
        mark = Mark(span=label.span, message=label.message, primary=False)
        files.setdefault(label.span.path, []).append(mark)
    return files


def _file(marks: list[Mark], text: str | None, gutter: int, paint: Paint) -> list[str]:
    arrow = "-->" if marks[0].primary else ":::"
    head = " " * (gutter + 1) + paint("gutter", arrow)
    if text is None:
        return [f"{head} {visible(mark.span.path)}{_said(mark.message)}" for mark in marks]
    return [f"{head} {_position(marks[0].span)}", *snippet(marks, text, gutter, paint)]


def _said(message: str) -> str:
    return f" ({visible(message)})" if message else ""


def _position(span: Span) -> str:
    return f"{visible(span.path)}:{span.line}:{span.column}"


def _advice(word: str, text: str, gutter: int, paint: Paint) -> list[str]:
    head = f"{' ' * (gutter + 2)}{paint('gutter', '=')} {paint('bold', f'{word}:')} "
    first, *rest = lines(text)
    indent = " " * (gutter + 2 + len(f"= {word}: "))
    return [head + first, *(f"{indent}{line}".rstrip() for line in rest)]


def _summary(ordered: Sequence[Diagnostic]) -> str:
    counts = []
    for severity in Severity:
        number = sum(1 + d.more for d in ordered if d.severity is severity)
        if number:
            counts.append(f"{number} {severity}{'s' if number > 1 else ''}")
    worst = min(ordered, key=lambda d: list(Severity).index(d.severity))
    return f"{', '.join(counts)}. For details, run `ddms-compile explain-code {worst.code}`."


def _painter(severity: Severity, color: bool) -> Paint:
    def paint(style: str, text: str) -> str:
        if not color:
            return text
        number = _SEVERITY_COLOR[severity] if style == "primary" else _COLOR[style]
        return f"\x1b[{number}m{text}\x1b[0m"

    return paint
