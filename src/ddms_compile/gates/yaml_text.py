"""YAML text of plain data in block style, with an indent of two spaces.

A general YAML library takes twenty times as long. This module writes the subset that we need; a test parses it with
such libraries.
"""

import math
from collections.abc import Iterator, Mapping, Sequence

from ddms_compile.provenance.commented import Commented
from ddms_compile.tree import CommentedTree

_SAFE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./ ")
_WORDS = frozenset({"", "y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"})


def to_yaml(tree: CommentedTree) -> str:
    """Return one document with a final newline, with the same meaning in YAML 1.1 and 1.2.

    Raises TypeError for other types than plain data, and ValueError for a number that is not finite.
    """
    return "".join(f"{line}\n" for line in _node(tree, "", ""))


def _node(tree: CommentedTree, lead: str, indent: str) -> Iterator[str]:
    """Yield the lines of a node: the first begins with the parent's `lead`, the others with `indent`."""
    if isinstance(tree, Commented):
        yield f"{lead}{_leaf(tree.value)} # {tree.comment}"
    elif isinstance(tree, dict) and tree:
        yield from _mapping(tree, lead, indent)
    elif isinstance(tree, list) and tree:
        yield from _sequence(tree, lead, indent)
    elif isinstance(tree, str) and _is_block(tree):
        yield f"{lead}|"
        yield from (f"{indent}{line}" if line else "" for line in tree[:-1].split("\n"))
    else:
        yield lead + _leaf(tree)


def _mapping(tree: Mapping[str, CommentedTree], lead: str, indent: str) -> Iterator[str]:
    inner = f"{indent}  "
    for key, value in tree.items():
        start = f"{lead}{_scalar(key)}:"
        lead = indent
        if value and isinstance(value, dict | list):
            yield start
            yield from _node(value, inner, inner)
        else:
            yield from _node(value, f"{start} ", inner)


def _sequence(tree: Sequence[CommentedTree], lead: str, indent: str) -> Iterator[str]:
    for item in tree:
        yield from _node(item, f"{lead}- ", f"{indent}  ")
        lead = indent


def _is_block(text: str) -> bool:
    """Return whether to write a literal block: several printable lines with one final newline."""
    lines = text.split("\n")
    ends_well = len(lines) > 1 and text.endswith("\n") and not text.endswith("\n\n") and text[0] not in " \n\t"
    return ends_well and text.isascii() and all(line.isprintable() and not line.endswith(" ") for line in lines)


def _scalar(text: str) -> str:
    """Return the text as a plain scalar when it is unambiguous, else in double quotes."""
    bare = (
        _SAFE.issuperset(text)
        and (text[:1].isalpha() or text.startswith("/"))
        and not text.endswith(" ")
        and text.lower() not in _WORDS
    )
    return text if bare else f'"{"".join(map(_escaped, text))}"'


def _escaped(character: str) -> str:
    """Return the escape of a character that is not printable (YAML 1.2, 5.7)."""
    if character in '"\\':
        return f"\\{character}"
    if character.isprintable():
        return character
    code = ord(character)
    named = {0x0A: "\\n", 0x0D: "\\r", 0x09: "\\t"}.get(code)
    return named or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")


def _leaf(value: object) -> str:
    match value:
        case str():
            return _scalar(value)
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float() if math.isfinite(value):
            mantissa, exponent, power = repr(value).partition("e")
            # YAML 1.1 reads `1e-07` without a point as a string.
            return mantissa + (".0" if exponent and "." not in mantissa else "") + exponent + power
        case float():
            raise ValueError(f"{value} is not a finite number")
        case dict():
            return "{}"
        case list():
            return "[]"
    raise TypeError(f"not plain data: {type(value).__name__}")
