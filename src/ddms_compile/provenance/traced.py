"""Values with the keys of the TOML that decide them.

The law: a change of other keys than `keys` does not change `value`. A `Traced` is deliberately neither a string
nor a number: its use in an f-string is an error, so that its keys cannot be lost. `map`, `derive` and `text` keep
the keys; only the writers (`gates/`, `terraform/arguments.py`) unwrap.
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
    """`value` and the dotted key paths that decide it. Without keys it is a constant of the compiler."""

    value: T
    keys: Keys = NO_KEYS

    def map(self, function: Callable[[T], U]) -> "Traced[U]":
        """Return a pure function of the value, with its keys."""
        return Traced(function(self.value), self.keys)

    def because(self, keys: Iterable[str]) -> "Traced[T]":
        """Return the same value, which also depends on `keys`."""
        return Traced(self.value, self.keys | frozenset(keys))

    def __format__(self, spec: str) -> NoReturn:
        raise TypeError("a Traced value would lose its trace in a string: use traced.text()")

    def __str__(self) -> NoReturn:
        raise TypeError("a Traced value would lose its trace in a string: use traced.text()")

    def __bool__(self) -> NoReturn:
        raise TypeError("a Traced value would lose its trace in a condition: use .value and because()")


def constant(value: U) -> Traced[U]:
    """Return a constant of the compiler, which no key decides."""
    return Traced(value)


def keys_of(values: Iterable[object]) -> Keys:
    """Return all keys of the traced ones of these values."""
    return frozenset().union(*(v.keys for v in values if isinstance(v, Traced)))


def derive(function: Callable[..., U], *arguments: object) -> Traced[U]:
    """Return a pure function of traced and plain arguments, with the keys of all of them."""
    plain = (a.value if isinstance(a, Traced) else a for a in arguments)
    return Traced(function(*plain), keys_of(arguments))


def text(template: str, *arguments: object) -> Traced[str]:
    """Return `str.format` of traced and plain arguments."""
    return derive(template.format, *arguments)
