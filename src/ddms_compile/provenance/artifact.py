"""What every emitter returns: one file, and for each of its leaves where it came from."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class LeafOrigin:
    """A leaf of an artifact, and why it is what it is.

    `value`: what stands there; an empty table or list is a leaf too.

    `keys`: dotted key paths of the environment (`prod:network.cidr` in an artifact of the whole project). None:
    a constant, which `construct` (a dotted name such as `terraform.network`) decides.
    """

    keys: frozenset[str]
    construct: str
    value: object = None


class LazyOrigins(Mapping[str, LeafOrigin]):
    """The origins of a file that take long to work out: that is done when the first of them is looked at.

    `possible`: all keys that any of them can have. `work_out`: finds them; given keys, it looks for these alone.
    """

    def __init__(
        self, possible: frozenset[str], work_out: Callable[[frozenset[str]], Mapping[str, LeafOrigin]]
    ) -> None:
        self.possible = possible
        self._work_out = work_out
        self._known: Mapping[str, LeafOrigin] | None = None

    def _all(self) -> Mapping[str, LeafOrigin]:
        if self._known is None:
            self._known = self._work_out(self.possible)
        return self._known

    def because_of(self, keys: frozenset[str]) -> Mapping[str, LeafOrigin]:
        """The origins as far as they are these keys, which takes less long."""
        return self._work_out(keys & self.possible)

    def __getitem__(self, leaf: str) -> LeafOrigin:
        return self._all()[leaf]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


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
