"""A limit on shown items, with the number of the rest."""

from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

T = TypeVar("T")


def few(items: Iterable[T], alike: Callable[[T], Hashable], *, each: int, total: int) -> list[tuple[T, int]]:
    """Return the first `each` items of equal `alike`, at most `total`, each with the number of items it represents.

    The rest of a kind is counted at its last kept item; a kind without a kept item, at the last of all.
    """
    kept: list[tuple[T, int]] = []
    last: dict[Hashable, int] = {}
    number: dict[Hashable, int] = {}
    for item in items:
        kind = alike(item)
        number[kind] = number.get(kind, 0) + 1
        if number[kind] <= each and len(kept) < total:
            last[kind] = len(kept)
            kept.append((item, 0))
        else:
            place = last.get(kind, len(kept) - 1)
            kept[place] = (kept[place][0], kept[place][1] + 1)
    return kept
