"""Values that know which keys of the TOML they came from.

The law: whoever changes none of `keys` does not change `value`. A `Traced` is deliberately not a string or a
number: putting one into an f-string is an error, so a trace cannot be lost by accident. The only ways on are
`map`, `derive` and `text`, which carry the keys along; only the gates of the emitters unwrap.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, NoReturn, TypeVar

T = TypeVar("T", covariant=True)
U = TypeVar("U")

Keys = frozenset[str]
NO_KEYS: Keys = frozenset()


@dataclass(frozen=True, slots=True)
class Traced(Generic[T]):
    """`value` and the dotted key paths that decide it. No keys: a constant of ours."""

    value: T
    keys: Keys = NO_KEYS

    def map(self, function: Callable[[T], U]) -> "Traced[U]":
        """The value through a pure function."""
        return Traced(function(self.value), self.keys)

    def because(self, keys: Iterable[str]) -> "Traced[T]":
        """The same value, which also depends on `keys`."""
        return Traced(self.value, self.keys | frozenset(keys))

    def __format__(self, spec: str) -> NoReturn:
        raise TypeError("a Traced value would lose its trace in a string: use traced.text()")

    def __str__(self) -> NoReturn:
        raise TypeError("a Traced value would lose its trace in a string: use traced.text()")

    def __bool__(self) -> NoReturn:
        raise TypeError("a Traced value would lose its trace in a condition: use .value and because()")


def constant(value: U) -> Traced[U]:
    """A value of ours that no key decides."""
    return Traced(value)


def keys_of(values: Iterable[object]) -> Keys:
    """All keys of the values that are traced."""
    return frozenset().union(*(v.keys for v in values if isinstance(v, Traced)))


def derive(function: Callable[..., U], *arguments: object) -> Traced[U]:
    """A pure function of traced and plain arguments, with the keys of all of them."""
    plain = (a.value if isinstance(a, Traced) else a for a in arguments)
    return Traced(function(*plain), keys_of(arguments))


def text(template: str, *arguments: object) -> Traced[str]:
    """`str.format` over traced and plain arguments."""
    return derive(template.format, *arguments)
