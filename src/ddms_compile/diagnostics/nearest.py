"""The name that somebody probably meant."""

from collections.abc import Iterable

_MEANINGFUL = 4
"""Letters from which on a common beginning says something."""


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate closest to `word`, or None when none is close enough to be worth a suggestion.

    Case and `-`/`_` do not count as differences; otherwise one slip of the finger (a letter missing, added, wrong, or
    two swapped) is allowed for every three letters. Equally close candidates: the first in alphabetical order.
    Failing that, the only candidate that is the beginning of the word, or that the word is the beginning of.
    """
    wanted = _plain(word)
    allowed = max(1, len(wanted) // 3)
    ranked = sorted((_distance(wanted, _plain(name), allowed), name) for name in set(candidates) - {word})
    if ranked and ranked[0][0] <= min(allowed, len(wanted) - 1):
        return ranked[0][1]
    longer = [name for _, name in ranked if _begins(wanted, _plain(name))]
    return longer[0] if len(longer) == 1 else None


def _begins(left: str, right: str) -> bool:
    shorter, other = sorted((left, right), key=len)
    return len(shorter) >= _MEANINGFUL and other.startswith(shorter)


def _plain(name: str) -> str:
    return name.casefold().replace("-", "_")


def _distance(left: str, right: str, limit: int) -> int:
    """Edits between two words, swaps of neighbours counting once (optimal string alignment); limit + 1 if more."""
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    before: list[int] = []
    previous = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        current = [i]
        for j, b in enumerate(right, 1):
            cost = min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            current.append(cost)
        if min(current) > limit and min(previous) > limit:  # no later row comes back below it
            return limit + 1
        before, previous = previous, current
    return min(previous[-1], limit + 1)
