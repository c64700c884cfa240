"""The origin of each leaf of a tree, whatever the format that it becomes."""

from collections.abc import Iterator, Mapping
from typing import Any

from ddms_compile.artifact import LeafOrigin
from ddms_compile.diagnostics.keys import dotted
from ddms_compile.traced import NO_KEYS, Keys, Traced


def origins(tree: Any, construct: str, path: str = "", keys: Keys = NO_KEYS) -> Iterator[tuple[str, LeafOrigin]]:
    """Each leaf by its path, `a.b[0]`, with the keys that decide it and the construct that it is a constant of.

    An empty table or list is a leaf. A key of a mapping that is None is not written and has no origin.
    """
    match tree:
        case Traced():
            yield from origins(tree.value, construct, path, keys | tree.keys)
        case Mapping() if tree:
            for name, item in tree.items():
                if item is not None:
                    step = dotted((name,))
                    yield from origins(item, construct, f"{path}.{step}" if path else step, keys)
        case list() | tuple() if tree:
            for index, item in enumerate(tree):
                yield from origins(item, construct, f"{path}[{index}]", keys)
        case _:
            yield path, LeafOrigin(keys=keys, construct=construct, value=tree)
