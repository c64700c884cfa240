"""The types of trees: plain data, as TOML, JSON and YAML hold them, and trees in which leaves are traced.

Functions that read a tree narrow it with `match` or `isinstance`. Both containers are read-only here, so that a
`dict[str, str]` is a tree too.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from datetime import date, time

    from ddms_compile.provenance.commented import Commented
    from ddms_compile.provenance.traced import Traced

Scalar: TypeAlias = "bool | int | float | str | date | time | None"
"""A leaf; a `datetime` is a `date`."""

Tree: TypeAlias = "Scalar | Sequence[Tree] | Mapping[str, Tree]"
"""Plain data."""

Table: TypeAlias = "Mapping[str, Tree]"
"""A table of plain data."""

TracedTree: TypeAlias = "Scalar | Traced[TracedTree] | Sequence[TracedTree] | Mapping[str, TracedTree]"
"""What emitters build: each leaf, table or list may be traced."""

CommentedTree: TypeAlias = (
    "Scalar | Traced[CommentedTree] | Commented | Sequence[CommentedTree] | Mapping[str, CommentedTree]"
)
"""The same, where a leaf may carry a comment into the file."""

TracedTable: TypeAlias = "dict[str, TracedTree]"
"""A table of what emitters build."""

Document: TypeAlias = "Mapping[str, Any]"
"""A document that is read by the names its writer gave it: one of another shape raises KeyError or TypeError."""

__all__ = ["CommentedTree", "Document", "Scalar", "Table", "TracedTable", "TracedTree", "Tree"]
