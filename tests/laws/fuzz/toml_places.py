"""Where the pairs, values and headers of a TOML text are, also of one that is no TOML any more."""

from dataclasses import dataclass
from functools import lru_cache

import tree_sitter_toml
from tree_sitter import Language, Node, Parser

_PARSER = Parser(Language(tree_sitter_toml.language()))


@dataclass(frozen=True, slots=True)
class Pair:
    """Byte offsets of a `key = value`; `path`: the dotted key as it is written, with that of its table."""

    start: int
    key_end: int
    value_start: int
    end: int
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Byte offsets of a table with its header, of the name in it, and of where the first pair begins."""

    start: int
    name_start: int
    name_end: int
    header_end: int
    end: int
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Places:
    """In document order; pairs of inline tables too."""

    pairs: tuple[Pair, ...]
    tables: tuple[Table, ...]


@lru_cache(maxsize=512)
def places(data: bytes) -> Places:
    """Never fails; what the grammar does not understand has no place."""
    pairs: list[Pair] = []
    tables: list[Table] = []
    todo: list[tuple[Node, tuple[str, ...]]] = [(_PARSER.parse(data).root_node, ())]
    while todo:
        node, above = todo.pop()
        if node.type in ("table", "table_array_element") and len(node.children) >= 3:
            name, end = node.children[1], node.children[2]
            above = _steps(name)
            tables.append(Table(node.start_byte, name.start_byte, name.end_byte, end.end_byte, node.end_byte, above))
        elif node.type == "pair" and len(node.children) >= 3:
            key, value = node.children[0], node.children[-1]
            above = (*above, *_steps(key))
            pairs.append(Pair(node.start_byte, key.end_byte, value.start_byte, node.end_byte, above))
        todo.extend((child, above) for child in node.named_children)
    return Places(tuple(sorted(pairs, key=lambda p: p.start)), tuple(sorted(tables, key=lambda t: t.start)))


def _steps(node: Node) -> tuple[str, ...]:
    text = (node.text or b"").decode("utf-8", "replace")
    return tuple(step.strip().strip("\"'") for step in text.split("."))[:80]
