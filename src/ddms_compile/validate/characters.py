"""Invisible characters, and characters that not every consumer keeps, which texts of the data must not contain.

* Control and format characters, and separators of lines: a review shows no difference, bidirectional ones even show
  another text (Unicode Technical Report 36, "Bidirectional Text Spoofing"); YAML has no control characters at all, and
  Terraform drops a U+FEFF at the beginning.
* Texts that are not in normal form C: Terraform normalizes every string (its language documentation, "Strings and
  Templates"), other consumers do not, so that one name would become two.

Line breaks and tabs are allowed in variables of the application only. The zero-width joiner in emoji is allowed.
"""

import unicodedata
from collections.abc import Iterator, Mapping

from ddms_compile.diagnostics import Severity
from ddms_compile.diagnostics.keys import Key, dotted
from ddms_compile.load import Finding, KeyLabel, LayeredTree
from ddms_compile.tree import Tree

HIDDEN = frozenset({"Cc", "Cf", "Cn", "Cs", "Zl", "Zp"})
_JOINER = "\u200d"
_NAMES = {"\n": "a line break", "\t": "a tab", "\r": "a carriage return", "\ufeff": "a byte order mark"}


def check_characters(tree: LayeredTree) -> Iterator[Finding]:
    """Yield a finding for each text of the data with such a character."""
    for key, text in _texts(tree.tree, ()):
        if text.isascii() and text.isprintable():
            continue
        hidden = next((found for number in range(len(text)) if (found := _hidden(text, number, key))), None)
        if hidden is not None:
            yield _finding(
                "DDMS245",
                f"`{dotted(key)}` contains {_named(hidden)}",
                KeyLabel(environment=tree.name, key=key, message="contains an invisible character"),
                "delete it, or retype the text; it may have been copied from elsewhere",
            )
        elif not unicodedata.is_normalized("NFC", text):
            yield _finding(
                "DDMS246",
                f"`{dotted(key)}` is not in Unicode Normalization Form C",
                KeyLabel(environment=tree.name, key=key, message="a combining accent"),
                "retype it: in Form C an accented letter is one character, not a letter and an accent",
            )


def _texts(tree: Tree, key: Key) -> Iterator[tuple[Key, str]]:
    """Yield every text of the data. Tables with user-chosen keys validate the keys."""
    if isinstance(tree, str):
        yield key, tree
    elif isinstance(tree, Mapping):
        for name, item in tree.items():
            yield from _texts(item, (*key, name))
    elif isinstance(tree, list):
        for number, item in enumerate(tree):
            yield from _texts(item, (*key, number))


def _hidden(text: str, number: int, key: Key) -> str | None:
    character = text[number]
    if unicodedata.category(character) not in HIDDEN:
        return None
    if character in "\n\t" and key[:1] == ("workloads",) and key[2:3] == ("environment",):
        return None
    beside = text[number - 1 : number] + text[number + 1 : number + 2]
    joins = character == _JOINER and len(beside) == 2 and not any(other.isascii() for other in beside)
    return None if joins else character


def _named(character: str) -> str:
    number = f"U+{ord(character):04X}"
    if character in _NAMES:
        return f"{_NAMES[character]} ({number})"
    kind = "control" if unicodedata.category(character) == "Cc" else "invisible"
    return f"the {kind} character {number}"


def _finding(code: str, message: str, place: KeyLabel, advice: str) -> Finding:
    return Finding(code=code, severity=Severity.ERROR, message=message, place=place, help=(advice,))
