"""The fix that a code page shows is TOML of the language."""

import re
import textwrap
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from docs.reference import EACH, NAME, routes

CODES = Path(__file__).parents[2] / "src/ddms_compile/diagnostics/codes"
RIGHT = re.compile(r"^## How to fix\n(?:(?!    ).*\n)*?((?:    .*\n|\n)*    .*\n)", re.MULTILINE)
TOML = re.compile(r"^(?:\[[\w.\[\]]+\]|[\w.-]+ = .*)(?: *#.*)?$", re.MULTILINE)


def snippets() -> Iterator[Any]:
    """The first block under "How to fix" of each page that has one in TOML."""
    for page in sorted(CODES.glob("*.md")):
        found = RIGHT.search(page.read_text("utf-8"))
        block = textwrap.dedent(found[1]) if found else ""
        if TOML.search(block):
            yield pytest.param(re.sub(r"\A(?:git |ddms-compile ).*\n", "", block), id=page.stem)


def leaves(tree: Any, route: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The route of each value; an empty list may be one of tables."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from leaves(value, (*route, key))
    elif isinstance(tree, list) and tree and isinstance(tree[0], dict):
        for entry in tree:
            yield from leaves(entry, (*route, EACH))
    elif tree != []:
        yield route


def matches(route: tuple[str, ...], known: tuple[str, ...]) -> bool:
    """Whether a route is a known one, or a table of free keys above it."""
    return len(known) <= len(route) and all(b in (a, NAME) for a, b in zip(route, known, strict=False))


@pytest.mark.parametrize("snippet", list(snippets()))
def test_the_right_way_is_written_in_keys_of_the_language(snippet: str) -> None:
    """It parses, and each key with a table is a key of the language; a lone line belongs to the table of its page."""
    for route in leaves(tomllib.loads(snippet)):
        assert len(route) == 1 or any(matches(route, known) for known in routes()), ".".join(route)
