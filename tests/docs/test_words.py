"""Texts for readers use the field's terms and American spelling: `words.toml` lists what they must not contain."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src/ddms_compile"
WORDS = tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))["word"]
TEXTS = {".md", ".toml", ".sh", ".yaml", ".yml", ".tpl", ".txt", ".conf", ".json", ".example"}


def strings(tree: ast.AST, *, docstrings: bool) -> Iterator[str]:
    """The string constants of a module; docstrings only when asked for, f-strings by their constant parts."""
    bodies = [node.body for node in ast.walk(tree) if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)]
    documented = {id(each.value) for body in bodies for each in body if isinstance(each, ast.Expr)}
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and (docstrings or id(node) not in documented)
        ):
            yield node.value


def texts() -> Iterator[tuple[str, str]]:
    """Each text that a reader sees, with its file: code pages, messages, help, keys, charts, generated files."""
    for path in sorted(SOURCE.rglob("*.py")):
        # The docstrings of the language and of the chart's values become schemas and references.
        read = path.is_relative_to(SOURCE / "spec") or path.is_relative_to(SOURCE / "kubernetes/chart/values")
        yield from (
            (str(path.relative_to(ROOT)), each) for each in strings(ast.parse(path.read_text("utf-8")), docstrings=read)
        )
    folders = [SOURCE / "diagnostics/codes", SOURCE / "runbook", SOURCE / "spec", SOURCE / "github", SOURCE / "local"]
    folders += [SOURCE / "kubernetes/chart", ROOT / "helm", ROOT / "generated", ROOT / ".github"]
    for folder in folders:
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
    """A message, a docstring of a key, a page, a chart and a generated file are among the texts."""
    files = {file for file, _ in ALL}
    wanted = ("guard/refusals.py", "spec/postgres.py", "codes/DDMS001.md", "runbook/text.md", "scripts/deploy.sh")
    assert all(any(file.endswith(each) for file in files) for each in (*wanted, "values.yaml", "prod/RUNBOOK.md"))
    tree = ast.parse('"""Nobody."""\nx = f"nobody {1}"\n')
    assert list(strings(tree, docstrings=False)) == ["nobody "]
    assert found(WORDS[0], "Nobody is here") == ["Nobody"]
