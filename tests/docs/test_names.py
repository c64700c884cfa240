"""Names in the code are unambiguous."""

import ast
import io
import re
import tokenize
from collections import defaultdict
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "src" / "ddms_compile"


def test_no_two_modules_define_a_class_of_the_same_name() -> None:
    """A class name alone identifies the class. Private classes of a module are exempt."""
    places: dict[str, list[str]] = defaultdict(list)
    for file in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(str(file.relative_to(PACKAGE)))
    assert {name: files for name, files in places.items() if len(files) > 1} == {}


RIDDLES = re.compile(r"\b(somebody|nobody|whoever|anybody|edition|made anew|is told)\b", re.IGNORECASE)


def test_docstrings_and_comments_name_the_thing() -> None:
    """No "somebody", and no word that the glossary replaces. Texts that become files (`spec/`, charts) are apart."""
    found = []
    for file in sorted(PACKAGE.rglob("*.py")):
        place = str(file.relative_to(PACKAGE))
        if place.startswith(("spec/", "kubernetes/chart/values/")):
            continue
        text = file.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)):
            if (
                isinstance(node, ast.Expr)
                and isinstance(node.value, ast.Constant)
                and isinstance(node.value.value, str)
            ):
                found += [f"{place}:{node.lineno}: {word}" for word in RIDDLES.findall(node.value.value)]
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                found += [f"{place}:{token.start[0]}: {word}" for word in RIDDLES.findall(token.string)]
    assert found == []
