"""Readers of the tables, cached."""

import json
import tomllib
from functools import cache
from pathlib import Path

from ddms_compile.tree import Document


@cache
def read_toml(name: str) -> Document:
    """Return the table `<name>.toml`."""
    return tomllib.loads(Path(__file__).with_name(f"{name}.toml").read_text("utf-8"))


@cache
def read_json(name: str) -> Document:
    """Return the document `<name>.json`."""
    table: Document = json.loads(Path(__file__).with_name(f"{name}.json").read_text("utf-8"))
    return table


@cache
def read_rows(name: str) -> tuple[str, ...]:
    """Return the lines of the table `<name>.txt` without comments."""
    text = Path(__file__).with_name(f"{name}.txt").read_text("utf-8")
    return tuple(line for line in text.splitlines() if not line.startswith("#"))
