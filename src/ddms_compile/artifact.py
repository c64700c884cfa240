"""What every emitter returns: one file, and for each of its leaves where it came from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class LeafOrigin:
    """A leaf of an artifact, and why it is what it is.

    `value`: what stands there; an empty table or list is a leaf too.

    `keys`: dotted key paths of the environment (`prod:network.cidr` in an artifact of the whole project). None:
    a constant, which `construct` (a dotted name such as `terraform.network`) decides.
    """

    keys: frozenset[str]
    construct: str
    value: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """One file to write.

    `path` is relative to the project root with `/`; `environment` is None for a file of the whole project;
    `origins` maps the path of each leaf inside the file (`aws_vpc.vpc.cidr_block`, or `L12` in a text) to its origin.
    """

    path: str
    text: str
    environment: str | None
    emitter: str
    origins: Mapping[str, LeafOrigin] = field(default_factory=dict)
