"""What the JSON Schema tells a person beside the types: the docstrings of the fields, and the defaults.

Python keeps no docstring of an attribute; pydantic can collect them when a class is made, which would cost every start
of the compiler what only the JSON Schema needs.
"""

import ast
import inspect
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel


@cache
def field_docs(model: type[BaseModel]) -> Mapping[str, str]:
    """The docstring of each field of a model, in one line."""
    (definition,) = ast.parse(inspect.getsource(model)).body
    assert isinstance(definition, ast.ClassDef)
    docs: dict[str, str] = {}
    for statement, following in zip(definition.body, definition.body[1:], strict=False):
        if isinstance(statement, ast.AnnAssign) and isinstance(following, ast.Expr):
            name, doc = statement.target, following.value
            if isinstance(name, ast.Name) and isinstance(doc, ast.Constant) and isinstance(doc.value, str):
                docs[name.id] = " ".join(doc.value.split())
    return docs


def read_defaults() -> dict[str, Any]:
    """The lowest layer."""
    return tomllib.loads(Path(__file__).with_name("defaults.toml").read_text("utf-8"))
