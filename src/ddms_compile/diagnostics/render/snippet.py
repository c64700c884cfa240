"""Source lines with carets under them, for one file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ddms_compile.diagnostics.diagnostic import Span
from ddms_compile.diagnostics.render.visible import cell, visible

Paint = Callable[[str, str], str]
"""Colors a text: `paint("primary", "^^^")`."""

_LONGEST = 120
"""Maximum characters of a source line that is shown whole."""
_WINDOW = 100
_BEFORE = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A span to underline: with `^` when it is the primary one, else with `-`."""

    span: Span
    message: str
    primary: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Underline:
    """Code points `start` to `end` (from 0, end exclusive) of one line."""

    start: int
    end: int
    message: str
    primary: bool


def snippet(marks: Sequence[Mark], text: str, gutter: int, paint: Paint) -> list[str]:
    """Return the marked lines in order, `...` for omitted lines. `gutter`: width of the line numbers."""
    source = [line.removesuffix("\r") for line in text.split("\n")]
    underlines: dict[int, list[_Underline]] = {}
    for mark in marks:
        for number, underline in _underlines(mark, source):
            underlines.setdefault(number, []).append(underline)
    bar = paint("gutter", f"{' ' * gutter}  |")
    shown = [bar]
    last = 0
    for number in sorted(underlines):
        if last and number == last + 2:
            shown.append(_numbered(last + 1, _laid(source[last], 0)[0], gutter, paint))
        elif last and number > last + 2:
            shown.append(paint("gutter", "..."))
        last = number
        here = sorted(underlines[number], key=lambda u: not u.primary)
        line, starts, first = _laid(source[number - 1], here[0].start)
        shown.append(_numbered(number, line, gutter, paint))
        shown.extend(f"{bar} {_carets(u, starts, first, paint)}".rstrip() for u in here)
    return shown


def _underlines(mark: Mark, source: list[str]) -> list[tuple[int, _Underline]]:
    """Return the underlines of a mark by line number: of one line, or of the first and last of several."""
    span = mark.span
    if not 1 <= span.line <= len(source):
        return []
    first = source[span.line - 1]
    start = min(span.column - 1, len(first))
    end_line, end_column = min(span.end_line, len(source)), span.end_column
    if end_line > span.line and end_column <= 1:  # it ends with the newline of the line before
        end_line -= 1
        end_column = len(source[end_line - 1]) + 1
    if end_line <= span.line:
        end = max(start + 1, min(end_column - 1, len(first)))
        return [(span.line, _Underline(start=start, end=end, message=mark.message, primary=mark.primary))]
    final = source[end_line - 1]
    indent = min(len(final) - len(final.lstrip()), end_column - 1)
    top = _Underline(start=start, end=max(start + 1, len(first)), message="", primary=mark.primary)
    end = max(indent + 1, min(end_column - 1, len(final)))
    return [
        (span.line, top),
        (end_line, _Underline(start=indent, end=end, message=mark.message, primary=mark.primary)),
    ]


def _laid(line: str, focus: int) -> tuple[str, list[int], int]:
    """Return a line as shown, the display column of each shown code point (and the end), the index of the first one.

    A long line is cut to a window around code point `focus`.
    """
    first, end = 0, len(line)
    if len(line) > _LONGEST:
        first = max(0, min(focus, len(line)) - _BEFORE)
        end = min(len(line), first + _WINDOW)
    parts = ["…"] if first else []
    column = len(parts)
    starts = []
    for character in line[first:end]:
        starts.append(column)
        part, width = cell(character, column)
        parts.append(part)
        column += width
    starts.append(column)
    return "".join(parts) + ("…" if end < len(line) else ""), starts, first


def _numbered(number: int, line: str, gutter: int, paint: Paint) -> str:
    return f"{paint('gutter', f' {number:>{gutter}} |')} {line}".rstrip()


def _carets(underline: _Underline, starts: list[int], first: int, paint: Paint) -> str:
    last = len(starts) - 1
    start = starts[min(max(underline.start - first, 0), last)]
    end = starts[min(max(underline.end - first, 0), last)]
    style, sign = ("primary", "^") if underline.primary else ("related", "-")
    drawn = sign * max(1, end - start) + (f" {visible(underline.message)}" if underline.message else "")
    return " " * start + paint(style, drawn)
