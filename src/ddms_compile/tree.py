"""The types of trees: plain data, as TOML, JSON and YAML hold them, and trees in which leaves are traced.

Functions that read a tree narrow it with `match` or `isinstance`. Both containers are read-only here, so that a
`dict[str, str]` is a tree too. Aliases that refer to themselves are strings at run time: no `|` takes them.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from datetime import date, time

    from ddms_compile.provenance.commented import Commented
    from ddms_compile.provenance.traced import Traced

Scalar: TypeAlias = "bool | int | float | str | date | time | None"
"""A leaf; a `datetime` is a `date`."""

Tree: TypeAlias = "Scalar | Sequence[Tree] | Mapping[str, Tree]"
"""Plain data."""

PlainTable: TypeAlias = Mapping[str, "Tree"]
"""A table of plain data."""

TracedTree: TypeAlias = "Scalar | Traced[TracedTree] | Sequence[TracedTree] | Mapping[str, TracedTree]"
"""What emitters build: each leaf, table or list may be traced."""

CommentedTree: TypeAlias = (
    "Scalar | Traced[CommentedTree] | Commented | Sequence[CommentedTree] | Mapping[str, CommentedTree]"
)
"""The same, where a leaf may carry a comment into the file."""

TracedTable: TypeAlias = dict[str, "TracedTree"]
"""A table of what emitters build."""

Document: TypeAlias = Mapping[str, Any]
"""A document that is read by the names its writer gave it: one of another shape raises KeyError or TypeError."""


def at(tree: Tree, key: Iterable[str | int]) -> Tree:
    """The part of a tree at a key; None where there is none."""
    for step in key:
        if isinstance(step, str):
            tree = tree.get(step) if isinstance(tree, Mapping) else None
        else:
            tree = tree[step] if isinstance(tree, list) and 0 <= step < len(tree) else None
    return tree


def depth(tree: Tree, key: Sequence[str | int]) -> int:
    """How many steps of a key a tree has."""
    for steps, step in enumerate(key):
        if isinstance(step, str):
            if not isinstance(tree, Mapping) or step not in tree:
                return steps
            tree = tree[step]
        else:
            if not isinstance(tree, list) or not 0 <= step < len(tree):
                return steps
            tree = tree[step]
    return len(key)


__all__ = ["CommentedTree", "Document", "PlainTable", "Scalar", "TracedTable", "TracedTree", "Tree", "at", "depth"]
