"""Some of many that say the same: nobody reads two thousand, and none may be forgotten in the count."""

from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

T = TypeVar("T")


def few(items: Iterable[T], alike: Callable[[T], Hashable], *, each: int, total: int) -> list[tuple[T, int]]:
    """The first `each` of those that are `alike`, at most `total`, with how many others the item stands for.

    The others of a kind are counted at the last one of it that is kept; of a kind of which none is, at the last of all.
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
