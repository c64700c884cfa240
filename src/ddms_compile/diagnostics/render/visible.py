"""Escapes for untrusted text, so that it cannot move the cursor, hide text or reverse its order."""

import unicodedata

TAB = 4
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_ZERO_WIDTH = frozenset({"Mn", "Me"})
_JOINER = "\u200d"  # part of emoji sequences, harmless


def visible(text: str) -> str:
    """Return the text with control, formatting and line-separating characters escaped."""
    return text if text.isascii() and text.isprintable() else "".join(_shown(c) for c in text)


def lines(text: str) -> list[str]:
    """Return the lines of a text, each one escaped."""
    return [visible(line) for line in text.split("\n")]


def cell(character: str, column: int) -> tuple[str, int]:
    """Return how a character is shown when it starts at a display column (from 0), and its width in columns."""
    if character == "\t":
        width = TAB - column % TAB
        return " " * width, width
    shown = _shown(character)
    if len(shown) > 1:
        return shown, len(shown)
    return shown, _width(shown)


def _shown(character: str) -> str:
    if character.isascii() and character.isprintable():
        return character
    if unicodedata.category(character) not in _HIDDEN or character == _JOINER:
        return character
    number = ord(character)
    if number < 0x20:
        return chr(0x2400 + number)
    return "␡" if number == 0x7F else f"<U+{number:04X}>"


def _width(character: str) -> int:
    if character.isascii():
        return 1
    if character == _JOINER or unicodedata.category(character) in _ZERO_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
