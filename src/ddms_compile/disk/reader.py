"""The reader of state files: JSON of a known shape, or `Damaged`.

A state file may hold anything: half a document, a megabyte of brackets, a number of a million digits, duplicate keys.
The caller gives the expected shape and gets data of that shape.

A shape is a type (`int` is a whole number from 0 below 2**63 and no bool, `object` is anything), a tuple of shapes (one
of them), `[shape]` (a list of it), `{str: shape}` (a table of it) or a table with names (these and no others); `None`
stands for itself.
"""

import json
import math
from typing import Any, NoReturn

from ddms_compile.tree import Tree

DEEPEST = 32
"""Maximum nesting of lists and tables."""
_LARGEST = 2**63


class Damaged(ValueError):  # noqa: N818 (reads as a state)
    """An invalid state file; the text is the reason, such as `it is not JSON`."""


def read_json(data: bytes, shape: object) -> Any:
    """Return the document, which fits `shape`. Raises `Damaged`."""
    document: Any = parse_json(data)
    if not fits(document, shape):
        raise Damaged("its structure is not the one that this version writes")
    return document


def parse_json(data: bytes) -> Tree:
    """Return plain data of any shape: no duplicate keys, numbers out of range, lone surrogates or excessive nesting."""
    try:
        document: Tree = json.loads(data, object_pairs_hook=_table, parse_constant=_no_number, parse_float=_float)
    except Damaged:
        raise
    except RecursionError:
        raise Damaged("it is nested too deeply") from None
    except ValueError:
        raise Damaged("it is not JSON") from None
    _refuse_depth(document)
    if b"\\ud" in data or b"\\uD" in data:  # surrogates; valid ones come in pairs
        _refuse_halves(document)
    return document


def fits(value: Tree, shape: object) -> bool:
    """Return whether plain data fit a shape."""
    match shape:
        case None:
            return value is None
        case type():
            return _is_a(value, shape)
        case tuple():
            return any(fits(value, each) for each in shape)
        case [each]:
            return isinstance(value, list) and all(fits(item, each) for item in value)
    if not isinstance(value, dict) or not isinstance(shape, dict):
        return False
    if shape.keys() == {str}:
        return all(fits(item, shape[str]) for item in value.values())
    return value.keys() == shape.keys() and all(fits(value[name], each) for name, each in shape.items())


def _is_a(value: Tree, wanted: type) -> bool:
    if wanted is int:
        return type(value) is int and 0 <= value < _LARGEST
    return wanted is object or type(value) is wanted


def _table(pairs: list[tuple[str, Tree]]) -> dict[str, Tree]:
    table = dict(pairs)
    if len(table) != len(pairs):
        raise Damaged("it contains a duplicate key")
    return table


def _no_number(_text: str) -> NoReturn:
    raise Damaged("it contains a number that JSON does not allow")


def _float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise Damaged("it contains a number that JSON does not allow")
    return number


def _refuse_depth(document: Tree) -> None:
    level: list[Tree] = [document]
    depth = 0
    while level:
        depth += 1
        if depth > DEEPEST:
            raise Damaged("it is nested too deeply")
        level = [
            each
            for one in level
            if isinstance(one, dict | list)
            for each in (one.values() if isinstance(one, dict) else one)
            if isinstance(each, dict | list)
        ]


def _refuse_halves(document: Tree) -> None:
    todo: list[Tree] = [document]
    while todo:
        one = todo.pop()
        if isinstance(one, str) and any("\ud800" <= char <= "\udfff" for char in one):
            raise Damaged("it contains an unpaired surrogate")
        if isinstance(one, dict):
            todo += [*one, *one.values()]
        elif isinstance(one, list):
            todo += one
