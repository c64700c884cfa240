"""A leaf with a comment."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ddms_compile.tree import CommentedTree


@dataclass(frozen=True, slots=True)
class Commented:
    """A leaf with a comment of one line: `uses: actions/checkout@3d3c42e # v7.0.1`."""

    value: "CommentedTree"
    comment: str
