"""A leaf that carries a comment into the file."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Commented:
    """A leaf with a comment beside it: `uses: actions/checkout@3d3c42e # v7.0.1`. The comment is one line of ours."""

    value: Any
    comment: str
