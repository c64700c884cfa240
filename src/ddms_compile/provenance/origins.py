"""The origin of each leaf of a tree, independent of its format.

A leaf has a path, `aws_vpc.main.cidr_block`. The path of a list's element has its index, or, when all elements are
tables with distinct names, the name: `parameter["rds.force_ssl"].value`, `env["LOG_LEVEL"].value`. So the path does not
change when another element is added or removed.
"""

import json
from collections.abc import Iterator, Mapping, Sequence

from ddms_compile.diagnostics.keys import dotted
from ddms_compile.provenance.artifact import LeafOrigin
from ddms_compile.provenance.commented import Commented
from ddms_compile.provenance.traced import NO_KEYS, Keys, Traced
from ddms_compile.tree import CommentedTree


def origins(
    tree: CommentedTree, construct: str, path: str = "", keys: Keys = NO_KEYS
) -> Iterator[tuple[str, LeafOrigin]]:
    """Yield each leaf by its path, `a.b[0]`, with the keys that decide it, or its construct if it is a constant.

    An empty table or list is a leaf. An entry that is None is not written and has no origin.
    """
    match tree:
        case Traced():
            yield from origins(tree.value, construct, path, keys | tree.keys)
        case Commented():
            yield from origins(tree.value, construct, path, keys)
        case Mapping() if tree:
            for name, item in tree.items():
                if item is not None:
                    step = dotted((name,))
                    yield from origins(item, construct, f"{path}.{step}" if path else step, keys)
        case list() | tuple() if tree:
            for label, item in zip(labels(tree), tree, strict=True):
                yield from origins(item, construct, f"{path}[{label}]", keys)
        case _:
            yield path, LeafOrigin(keys=keys, construct=construct, value=tree)


NAMES = ("name", "sid", "key", "id", "resource_type")
"""Keys that may hold the name of a list's element, in this order."""


def labels(items: Sequence[CommentedTree]) -> list[str]:
    """Return the text in brackets of each element's path."""
    for name in NAMES:
        found = [_text(item, name) for item in items]
        if all(found) and len(set(found)) == len(found):
            return [json.dumps(label, ensure_ascii=False) for label in found]
    return [str(index) for index in range(len(items))]


def _text(item: CommentedTree, name: str) -> str | None:
    while isinstance(item, Traced):
        item = item.value
    value = item.get(name) if isinstance(item, Mapping) else None
    while isinstance(value, Traced):
        value = value.value
    return value if isinstance(value, str) else None
