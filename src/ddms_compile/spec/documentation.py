"""What the JSON Schema tells a person beside the types: the docstrings of the fields, and the defaults.

Python keeps no docstring of an attribute; pydantic can collect them when a class is made, which would cost every start
of the compiler what only the JSON Schema needs.
"""

import ast
import sys
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pydantic import BaseModel

from ddms_compile.tree import Document


def field_docs(model: type[BaseModel]) -> Mapping[str, str]:
    """The docstring of each field of a model, in one line."""
    return _module_docs(model.__module__).get(model.__name__, {})


@cache
def _module_docs(module: str) -> Mapping[str, Mapping[str, str]]:
    """The docstrings of the fields of every model of a module."""
    source = Path(str(sys.modules[module].__file__)).read_text("utf-8")
    return {node.name: _field_docs(node) for node in ast.parse(source).body if isinstance(node, ast.ClassDef)}


def _field_docs(definition: ast.ClassDef) -> dict[str, str]:
    docs: dict[str, str] = {}
    for statement, following in zip(definition.body, definition.body[1:], strict=False):
        if isinstance(statement, ast.AnnAssign) and isinstance(following, ast.Expr):
            name, doc = statement.target, following.value
            if isinstance(name, ast.Name) and isinstance(doc, ast.Constant) and isinstance(doc.value, str):
                docs[name.id] = " ".join(doc.value.split())
    return docs


def read_defaults() -> Document:
    """The lowest layer."""
    return tomllib.loads(Path(__file__).with_name("defaults.toml").read_text("utf-8"))
