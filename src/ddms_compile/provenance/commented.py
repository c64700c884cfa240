"""A leaf that carries a comment into the file."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ddms_compile.tree import CommentedTree


@dataclass(frozen=True, slots=True)
class Commented:
    """A leaf with a comment beside it: `uses: actions/checkout@3d3c42e # v7.0.1`. The comment is one line of ours."""

    value: "CommentedTree"
    comment: str
