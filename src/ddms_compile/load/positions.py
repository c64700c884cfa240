"""From key paths to places in one file. Made only when somebody asks where something is."""

import tomllib

from ddms_compile.diagnostics import Key, Span
from ddms_compile.load.occurrences import NameKind, Occurrence, read_occurrences
from ddms_compile.load.source import Source
from ddms_compile.tree import Tree, at, depth


class Positions:
    """Where the keys and values of a file are. Columns count code points; CRLF and a stripped mark do not disturb."""

    def __init__(self, source: Source) -> None:
        self._keys: dict[Key, Span] = {}
        self._values: dict[Key, Span] = {}
        document = read_occurrences(source)
        known = document.occurrences
        if not document.complete:
            known = _confirmed(source, known)
        # A place that names the key itself counts before one that only implies it.
        for occurrence in sorted(known, key=lambda o: o.kind is NameKind.IMPLIED):
            self._keys.setdefault(occurrence.key, occurrence.name)
            self._values.setdefault(occurrence.key, occurrence.value)

    def key_span(self, key: Key) -> Span | None:
        """The last part of the key as written; of a table its header; of a list element the element."""
        return self._keys.get(key)

    def value_span(self, key: Key) -> Span | None:
        """The value as written, inline tables and arrays with their brackets; of a table with a header the header."""
        return self._values.get(key)


def _confirmed(source: Source, occurrences: tuple[Occurrence, ...]) -> tuple[Occurrence, ...]:
    """Those that the data confirm, when the grammar did not understand all of a text that `tomllib` may accept."""
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
    """The text under a span, given the text's lines."""
    if span.line == span.end_line:
        return lines[span.line - 1][span.column - 1 : span.end_column - 1]
    first = lines[span.line - 1][span.column - 1 :]
    last = lines[span.end_line - 1][: span.end_column - 1]
    return "\n".join([first, *lines[span.line : span.end_line - 1], last])
