"""Texts use the field's terms and American spelling: `words.toml` lists the words that they must not contain."""

import ast
import io
import re
import tokenize
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src/ddms_compile"
WORDS = tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))["word"]
TEXTS = {".md", ".toml", ".sh", ".yaml", ".yml", ".tpl", ".txt", ".conf", ".json", ".example"}


def strings(text: str) -> Iterator[str]:
    """The string constants and comments of a module: messages, docstrings, the constant parts of f-strings."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.string


def texts() -> Iterator[tuple[str, str]]:
    """Each text with its file: sources of the compiler, charts, generated files, documents."""
    for path in sorted(SOURCE.rglob("*.py")):
        yield from ((str(path.relative_to(ROOT)), each) for each in strings(path.read_text("utf-8")))
    yield from ((path.name, path.read_text("utf-8")) for path in sorted(ROOT.glob("*.md")))
    for folder in (SOURCE, *(ROOT / name for name in ("docs", "environments", "helm", "generated", ".github"))):
        for path in sorted(folder.rglob("*")):
            if path.suffix in TEXTS and path.is_file():
                yield str(path.relative_to(ROOT)), path.read_text("utf-8")


def found(word: dict[str, Any], text: str) -> list[str]:
    """The places in a text that have a forbidden word, outside of the allowed ones."""
    for allowed in word.get("allowed", []):
        text = re.sub(allowed, "", text, flags=re.IGNORECASE)
    return [match[0] for match in re.finditer(word["pattern"], text, re.IGNORECASE)]


@pytest.mark.parametrize("word", WORDS, ids=[word["pattern"] for word in WORDS])
def test_no_text_has_a_forbidden_word(word: dict[str, Any]) -> None:
    """The message of the failure says what to write instead."""
    places = [(file, place) for file, text in ALL for place in found(word, text)]
    assert places == [], f"write instead: {word['write']}"


ALL = list(texts())


def test_the_search_sees_each_kind_of_text() -> None:
    """Messages, docstrings, comments, pages, charts, generated files and documents are among the texts."""
    files = {file for file, _ in ALL}
    wanted = {"guard/refusals.py", "codes/DDMS001.md", "runbook/text.md", "scripts/deploy.sh", "catalog/eks.toml"}
    wanted |= {"helm/application/values.yaml", "prod/RUNBOOK.md", "docs/tutorial.md", "README.md", "CHANGELOG.md"}
    assert {each for each in wanted if not any(file.endswith(each) for file in files)} == set()
    assert list(strings('"""Nobody."""\nx = f"nobody {1}"  # Somebody\n')) == ["Nobody.", "nobody ", "# Somebody"]
    assert found(WORDS[0], "Nobody is here") == ["Nobody"]
