"""Suggestions for misspelled names."""

from collections.abc import Iterable

_MEANINGFUL = 4
"""Minimum length of a common prefix that makes a suggestion."""


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate closest to `word`, or None when none is close enough.

    Case and `-`/`_` are no differences; otherwise one edit (a letter missing, added or wrong, or two swapped) is
    allowed for every three letters. Of equally close candidates the first in alphabetical order wins. Without a close
    candidate, the only one that is a prefix of the word, or has the word as a prefix.
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
    """Return the edits between two words, a swap of neighbors as one (optimal string alignment); limit + 1 if more."""
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
