"""A TOML file for a tree: scalars of a table first, then its tables, each under a header of its own."""

import datetime
import json
from collections.abc import Iterator, Mapping
from typing import Any


def toml_text(tree: Mapping[str, Any]) -> str:
    """Text that `tomllib` reads back as the tree, but for its empty tables, which say nothing and are refused."""
    return "\n".join(_lines(without_empty(tree), ())) + "\n"


def without_empty(tree: Mapping[str, Any]) -> dict[str, Any]:
    """The tree without its empty tables."""
    found = {name: without_empty(value) if isinstance(value, Mapping) else value for name, value in tree.items()}
    return {name: value for name, value in found.items() if value != {}}


def _lines(tree: Mapping[str, Any], above: tuple[str, ...]) -> Iterator[str]:
    if above:
        yield f"\n[{'.'.join(map(_string, above))}]"
    for name, value in tree.items():
        if not isinstance(value, Mapping):
            yield f"{_string(name)} = {_value(value)}"
    for name, value in tree.items():
        if isinstance(value, Mapping):
            yield from _lines(value, (*above, name))


def _value(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case int() | float():
            return repr(value)
        case str():
            return _string(value)
        case datetime.date():
            return value.isoformat()
        case Mapping():
            return f"{{ {', '.join(f'{_string(k)} = {_value(v)}' for k, v in value.items())} }}"
        case _:
            return f"[{', '.join(map(_value, value))}]"


def _string(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
