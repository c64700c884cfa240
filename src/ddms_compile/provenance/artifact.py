"""The result of a back end: a file, and the origin of each of its leaves."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class LeafOrigin:
    """The origin of a leaf of an artifact.

    `value`: the value of the leaf; an empty table or list is a leaf too.

    `keys`: dotted key paths of the environment (`prod:network.cidr` in a project-wide artifact). Without keys it is a
    constant of `construct` (a dotted name such as `terraform.network`).
    """

    keys: frozenset[str]
    construct: str
    value: object = None


class LazyOrigins(Mapping[str, LeafOrigin]):
    """Origins that take long to compute, which happens at the first access.

    `possible`: all keys that an origin may have. `work_out`: computes them, optionally for some keys only.
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
        """Return the origins limited to these keys, which is faster."""
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

    `path`: relative to the project root, with `/`; `environment`: None for a project-wide file; `origins`: path of each
    leaf inside the file (`aws_vpc.vpc.cidr_block`, or `L12` in a text) -> its origin.
    """

    path: str
    text: str
    environment: str | None
    emitter: str
    origins: Mapping[str, LeafOrigin] = field(default_factory=dict)
