"""Occurrences of keys in a TOML document, in document order, from its concrete syntax tree."""

import tomllib
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache

import tree_sitter_toml
from tree_sitter import Language, Node, Parser

from ddms_compile.diagnostics import Key, Span
from ddms_compile.load.source import Source


class NameKind(Enum):
    """How an occurrence names its key."""

    IMPLIED = auto()
    """As the prefix of a longer key: `a` in `a.b = 1` or `[a.b]`."""
    HEADER = auto()
    """By a header: `[a]`, or an element of `[[a]]`."""
    LIST = auto()
    """A list of tables, by its first `[[a]]`."""
    VALUE = auto()
    """With a value: `a = 1`, or an element of an array."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """A key, and the spans of its name and its value; for a table with a header both are the header."""

    key: Key
    kind: NameKind
    name: Span
    value: Span


@dataclass(frozen=True, slots=True)
class Occurrences:
    """The occurrences. `complete`: whether the grammar parsed all of the text."""

    occurrences: tuple[Occurrence, ...]
    complete: bool


def read_occurrences(source: Source) -> Occurrences:
    """Return the occurrences, without the parts that the grammar cannot parse; raises no error."""
    root = _parser().parse(source.text.encode("utf-8", "surrogatepass")).root_node
    return Occurrences(tuple(_Walk(source).document(root)), not root.has_error)


@cache
def _parser() -> Parser:
    return Parser(Language(tree_sitter_toml.language()))


class _Walk:
    """One walk over one tree.

    It keeps how many elements each list of tables has so far, and which bytes of a line begin no character.
    """

    def __init__(self, source: Source) -> None:
        self._path = source.path
        self._ascii = source.text.isascii()
        self._lines = [] if self._ascii else source.text.encode("utf-8", "surrogatepass").split(b"\n")
        self._inner: dict[int, list[int]] = {}
        self._elements: dict[Key, int] = {}

    def document(self, root: Node) -> Iterator[Occurrence]:
        for node in root.named_children:
            if node.type == "pair":
                yield from self._values((), node)
            elif node.type in ("table", "table_array_element") and not _broken_header(node):
                header: list[Occurrence] = list(self._header(node))
                yield from header
                for pair in node.named_children[1:]:
                    if pair.type == "pair":
                        yield from self._values(header[-1].key, pair)

    def _header(self, node: Node) -> Iterator[Occurrence]:
        """Yield of `[a.b]`: `a` as implied, then `a.b`. Of `[[a]]`: the list if it is new, then its element."""
        bracket, name, end = node.children[:3]
        span = self._between(bracket, end)
        parts = _parts(name)
        key: Key = ()
        for part in parts[:-1]:
            key = self._inside((*key, _decoded(part)))
            yield Occurrence(key=key, kind=NameKind.IMPLIED, name=self._span(part), value=self._span(part))
        key = (*key, _decoded(parts[-1]))
        if node.type == "table_array_element":
            if key not in self._elements:
                yield Occurrence(key=key, kind=NameKind.LIST, name=span, value=span)
            self._elements[key] = self._elements.get(key, -1) + 1
            key = self._inside(key)
        yield Occurrence(key=key, kind=NameKind.HEADER, name=span, value=span)

    def _inside(self, key: Key) -> Key:
        """Return the key of a header, in which a list of tables stands for its last element."""
        return (*key, self._elements[key]) if key in self._elements else key

    def _values(self, table: Key, pair: Node) -> Iterator[Occurrence]:
        """Yield a `key = value` and everything inside the value, without recursion: arrays may be deep."""
        stack: list[tuple[Key, Node]] = [(table, pair)]
        while stack:
            key, node = stack.pop()
            if node.type == "pair":
                both = _without_comments(node)
                if len(both) != 2:  # a syntax error
                    continue
                name, node = both
                parts = _parts(name)
                for part in parts[:-1]:
                    key = (*key, _decoded(part))
                    yield Occurrence(key=key, kind=NameKind.IMPLIED, name=self._span(part), value=self._span(part))
                key = (*key, _decoded(parts[-1]))
                value = self._span(node)
                yield Occurrence(key=key, kind=NameKind.VALUE, name=self._span(parts[-1]), value=value)
            else:
                value = self._span(node)
                yield Occurrence(key=key, kind=NameKind.VALUE, name=value, value=value)
            children = _without_comments(node)
            if node.type == "array":
                stack.extend(((*key, index), child) for index, child in reversed(list(enumerate(children))))
            elif node.type == "inline_table":
                stack.extend((key, child) for child in reversed(children) if child.type == "pair")

    def _span(self, node: Node) -> Span:
        return self._between(node, node)

    def _between(self, first: Node, last: Node) -> Span:
        line, column = first.start_point
        end_line, end_column = last.end_point
        return Span(
            path=self._path,
            line=line + 1,
            column=self._column(line, column),
            end_line=end_line + 1,
            end_column=self._column(end_line, end_column),
        )

    def _column(self, line: int, column: int) -> int:
        """Return the column in characters from 1 of tree-sitter's column in bytes from 0."""
        if self._ascii:
            return column + 1
        if line not in self._inner:
            self._inner[line] = [place for place, byte in enumerate(self._lines[line]) if byte & 0xC0 == 0x80]
        return column + 1 - bisect_left(self._inner[line], column)


def _without_comments(node: Node) -> list[Node]:
    """Return the children without comments; a comment at the end of a line is a child of the pair before it."""
    return [child for child in node.named_children if child.type not in ("comment", "ERROR")]


def _broken_header(node: Node) -> bool:
    """Return whether the header itself has a syntax error; errors further down in the table do not count."""
    head = node.children[:3]
    return len(head) < 3 or any(child.has_error or child.is_missing for child in head)


def _parts(name: Node) -> list[Node]:
    """Return the parts of a dotted key, left to right. The tree nests them to the left: `((a.b).c)`."""
    if name.type != "dotted_key":
        return [name]
    parts: list[Node] = []
    while name.type == "dotted_key":
        left, right = name.named_children[0], name.named_children[-1]
        parts.append(right)
        name = left
    return [name, *reversed(parts)]


def _decoded(part: Node) -> str:
    text = (part.text or b"").decode("utf-8", "replace")
    if text[:1] == "'":
        return text[1:-1]
    if text[:1] != '"':
        return text
    if "\\" not in text:
        return text[1:-1]
    try:
        return str(tomllib.loads(f"key = {text}")["key"])
    except tomllib.TOMLDecodeError:
        return text
