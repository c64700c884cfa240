"""Positions of keys in one file, computed on demand."""

import tomllib

from ddms_compile.diagnostics import Key, Span
from ddms_compile.load.occurrences import NameKind, Occurrence, read_occurrences
from ddms_compile.load.source import Source
from ddms_compile.tree import Tree, at, depth


class Positions:
    """The spans of keys and values in a file. Columns count code points; a CRLF and a stripped BOM do not count."""

    def __init__(self, source: Source) -> None:
        self._keys: dict[Key, Span] = {}
        self._values: dict[Key, Span] = {}
        document = read_occurrences(source)
        known = document.occurrences
        if not document.complete:
            known = _confirmed(source, known)
        # An occurrence of the key itself precedes one that implies it.
        for occurrence in sorted(known, key=lambda o: o.kind is NameKind.IMPLIED):
            self._keys.setdefault(occurrence.key, occurrence.name)
            self._values.setdefault(occurrence.key, occurrence.value)

    def key_span(self, key: Key) -> Span | None:
        """Return the span of the last part of the key; of a table its header; of a list element the element."""
        return self._keys.get(key)

    def value_span(self, key: Key) -> Span | None:
        """Return the span of the value, including brackets; of a table with a header the header."""
        return self._values.get(key)


def _confirmed(source: Source, occurrences: tuple[Occurrence, ...]) -> tuple[Occurrence, ...]:
    """Return the occurrences that agree with `tomllib`'s data, when the grammar failed on a part of the text."""
    try:
        data = tomllib.loads(source.text)
    except (ValueError, RecursionError):
        return occurrences
    lines = source.text.split("\n")
    return tuple(o for o in occurrences if _agrees(o, data, lines))


def _agrees(occurrence: Occurrence, data: dict[str, Tree], lines: list[str]) -> bool:
    if depth(data, occurrence.key) < len(occurrence.key):
        return False
    value = at(data, occurrence.key)
    if isinstance(value, dict | list):
        return True
    try:
        written = tomllib.loads(f"value = {span_text(occurrence.value, lines)}")["value"]
    except ValueError:
        return False
    return repr(written) == repr(value)


def span_text(span: Span, lines: list[str]) -> str:
    """Return the text of a span, given the text's lines."""
    if span.line == span.end_line:
        return lines[span.line - 1][span.column - 1 : span.end_column - 1]
    first = lines[span.line - 1][span.column - 1 :]
    last = lines[span.end_line - 1][: span.end_column - 1]
    return "\n".join([first, *lines[span.line : span.end_line - 1], last])
