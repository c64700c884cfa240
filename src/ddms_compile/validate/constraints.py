"""Version constraints in Terraform's syntax.

Terraform's documentation, "Version constraints": conditions separated by commas, all of which must hold; `~>` allows
only the last given number to increase. Prereleases such as 1.16.0-rc1 satisfy no range.
"""

import re

Version = tuple[int, int, int]

_CONDITION = re.compile(r" *(=|!=|>=|<=|>|<|~>|) *([0-9]+(?:\.[0-9]+){0,2}) *")


def admits(constraint: str, version: Version) -> bool:
    """Return whether a release satisfies every condition. Raises ValueError for an invalid constraint."""
    return all(_holds(operator, wanted, count, version) for operator, wanted, count in _conditions(constraint))


def some_below(constraint: str, limit: Version) -> Version | None:
    """Return an admitted release below `limit`, the lowest if there is one; None without any."""
    return min((v for v in _candidates(constraint, limit) if v < limit and admits(constraint, v)), default=None)


def some_from(constraint: str, limit: Version) -> Version | None:
    """Return the lowest admitted release from `limit` on; None without any."""
    return min((v for v in _candidates(constraint, limit) if v >= limit and admits(constraint, v)), default=None)


def parse_release(text: str) -> Version | None:
    """Return `v1.15.9` as numbers; None when the text is no release."""
    found = re.fullmatch(r"v?([0-9]+)\.([0-9]+)(?:\.([0-9]+))?", text)
    return None if found is None else (int(found[1]), int(found[2]), int(found[3] or 0))


def _conditions(constraint: str) -> list[tuple[str, Version, int]]:
    """Return operator, version, and the count of its given numbers."""
    found = []
    for part in constraint.split(","):
        match = _CONDITION.fullmatch(part)
        if match is None:
            raise ValueError(f"not a version constraint: {part!r}")
        numbers = [int(number) for number in match[2].split(".")]
        first, second, third = (*numbers, 0, 0)[:3]
        found.append((match[1] or "=", (first, second, third), len(numbers)))
    return found


def _candidates(constraint: str, limit: Version) -> set[Version]:
    """Return possible lower ends of ranges: zero, `limit`, each given version, and the versions after these."""
    conditions = _conditions(constraint)
    bases = [(0, 0, 0), limit, *(version for _, version, _ in conditions)]
    return {(a, b, c + more) for a, b, c in bases for more in range(len(conditions) + 2)}


def _holds(operator: str, wanted: Version, count: int, version: Version) -> bool:
    if operator == "~>":
        return version >= wanted and version[: count - 1] == wanted[: count - 1]
    return {
        "=": version == wanted,
        "!=": version != wanted,
        ">": version > wanted,
        ">=": version >= wanted,
        "<": version < wanted,
        "<=": version <= wanted,
    }[operator]
