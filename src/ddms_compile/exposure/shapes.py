"""The table of shapes: prefixes, lengths and alphabets that issuers of secrets document."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from ddms_compile.catalog.table import read_rows

_BOUNDARY = "(?<![A-Za-z0-9])"
_SEPARATED = 4
"""Minimum characters of a keyword with a final separator that identifies its issuer: `hvs.`, `ghp_`."""

Match = tuple[str, int, int]
"""Name of the kind, start and end in the text."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shape:
    """One row. `keywords` are lower case: a text without any of them has no match. `name` has its article."""

    keywords: tuple[str, ...]
    name: str
    pattern: str
    source: str


@cache
def shapes() -> tuple[Shape, ...]:
    """Return all rows of `secret_shapes.txt`."""
    rows = (row.split("\t") for row in read_rows("secret_shapes"))
    return tuple(
        Shape(keywords=tuple(keywords.split(",")), name=name, pattern=pattern, source=source)
        for keywords, name, pattern, source in rows
    )


def shape_matches(text: str) -> Iterator[Match]:
    """Yield matches of documented shapes. A pattern is compiled when its keyword first occurs."""
    lowered = text.lower()
    for shape in dict.fromkeys([shape for keyword, shape in _keywords() if keyword in lowered]):
        for match in _compiled(shape.pattern).finditer(text):
            yield shape.name, match.start(), match.end()


def cut_matches(text: str) -> Iterator[Match]:
    """Yield truncated tokens: an issuer's prefix and at least 8 characters.

    Only for masking: an invalid document may break a token anywhere.
    """
    lowered = text.lower()
    if any(prefix in lowered for prefix in _prefixes()):
        for match in _cut().finditer(text):
            yield "the beginning of a secret", match.start(), match.end()


@cache
def _keywords() -> tuple[tuple[str, Shape], ...]:
    return tuple((keyword, shape) for shape in shapes() for keyword in shape.keywords)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Return the compiled pattern, with a boundary on the left unless it has one."""
    own = pattern.startswith(("\\", "-", "_", "(?<", "(?:(?<"))
    return re.compile(pattern if own else _BOUNDARY + pattern)


@cache
def _prefixes() -> tuple[str, ...]:
    words = {word for shape in shapes() for word in shape.keywords}
    return tuple(sorted(word for word in words if len(word) >= _SEPARATED and word[-1] in "_-." and " " not in word))


@cache
def _cut() -> re.Pattern[str]:
    prefixes = "|".join(map(re.escape, _prefixes()))
    return re.compile(rf"{_BOUNDARY}(?:(?i:{prefixes})(?=[A-Za-z0-9_-]{{0,7}}[A-Z0-9])|AKIA|ASIA|AIza)[^\s]{{8,}}+")
