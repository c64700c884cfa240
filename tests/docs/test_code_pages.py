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
RIGHT = re.compile(r"^## How to fix\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"\n\n((?:    .*\n|\n(?=    ))+)")
TOML = re.compile(r"^(?:\[[\w.\[\]]+\]|[\w.-]+ = .*)(?: *#.*)?$", re.MULTILINE)


def snippets() -> Iterator[Any]:
    """The blocks in TOML under "How to fix" of each page, without commands above them."""
    for page in sorted(CODES.glob("*.md")):
        found = RIGHT.search(page.read_text("utf-8"))
        for number, block in enumerate(BLOCK.findall(found[1]) if found else []):
            text = re.sub(r"\A(?:git |ddms-compile ).*\n", "", textwrap.dedent(block))
            if TOML.search(text):
                yield pytest.param(text, id=f"{page.stem}-{number}")


def test_most_pages_have_one() -> None:
    """The search finds the blocks of the pages as they are."""
    assert len(list(snippets())) > 90


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
