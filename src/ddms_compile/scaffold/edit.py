"""Edit single values in the text of a TOML file; the rest of the text stays, comments included."""

import json
import tomllib
from collections.abc import Iterator

from ddms_compile.diagnostics import Key, Span
from ddms_compile.load.occurrences import NameKind, Occurrence, read_occurrences
from ddms_compile.load.source import Source
from ddms_compile.tree import PlainTable, Tree


class CannotEditError(Exception):
    """No edit of the text has the intended effect: the key must be edited by hand."""

    def __init__(self, key: Key) -> None:
        super().__init__(".".join(map(str, key)))
        self.key = key


def with_value(text: str, key: Key, value: Tree) -> str:
    """Return the text with `key` set to `value` (a string, number, boolean or list of them).

    Tries each candidate edit, parses it, and takes the first one with the intended tree, so that no other value can
    change. Raises CannotEditError.
    """
    wanted = _set(tomllib.loads(text), key, value)
    for candidate in _candidates(text, key, json.dumps(value, ensure_ascii=False)):
        try:
            if tomllib.loads(candidate) == wanted:
                return candidate
        except tomllib.TOMLDecodeError:
            continue
    raise CannotEditError(key)


def _set(tree: PlainTable, key: Key, value: Tree) -> dict[str, Tree]:
    first, rest = str(key[0]), key[1:]
    below = tree.get(first, {})
    return {**tree, first: _set(below if isinstance(below, dict) else {}, rest, value) if rest else value}


def _candidates(text: str, key: Key, literal: str) -> Iterator[str]:
    """Yield edits: replace the value; add it below the table's header, in an inline table, or in a table at the end."""
    found = read_occurrences(Source("", text)).occurrences
    lines = text.split("\n")
    yield from (_replaced(lines, o.value, literal) for o in found if o.key == key and o.kind is NameKind.VALUE)
    name = _bare(key[-1])
    for table in (o for o in found if o.key == key[:-1]):
        yield from _inside(lines, table, f"{name} = {literal}")
    if len(key) > 1:
        header = ".".join(_bare(step) for step in key[:-1])
        yield f"{text.rstrip()}\n\n[{header}]\n{name} = {literal}\n"
    yield f"{'.'.join(_bare(step) for step in key)} = {literal}\n{text}"


def _inside(lines: list[str], table: Occurrence, pair: str) -> Iterator[str]:
    if table.kind is NameKind.HEADER:
        yield "\n".join([*lines[: table.value.end_line], pair, *lines[table.value.end_line :]])
    elif table.kind is NameKind.VALUE:
        line, column = table.value.line - 1, table.value.column
        before, after = lines[line][:column], lines[line][column:]
        comma = "" if after.lstrip().startswith("}") else ","
        yield "\n".join([*lines[:line], f"{before} {pair}{comma}{after}", *lines[line + 1 :]])


def _replaced(lines: list[str], span: Span, literal: str) -> str:
    before = lines[span.line - 1][: span.column - 1]
    after = lines[span.end_line - 1][span.end_column - 1 :]
    return "\n".join([*lines[: span.line - 1], f"{before}{literal}{after}", *lines[span.end_line :]])


def _bare(step: str | int) -> str:
    text = str(step)
    plain = text.isascii() and text.replace("-", "").replace("_", "").isalnum()
    return text if plain else json.dumps(text, ensure_ascii=False)
