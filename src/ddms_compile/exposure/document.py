"""Secrets in the text of a TOML file, valid or not: in values, keys, headers, comments and invalid lines."""

import re
from collections.abc import Iterator
from functools import lru_cache

from ddms_compile.exposure.assignments import assigned_in_document
from ddms_compile.exposure.find import ExposedSecret, secrets_in
from ddms_compile.exposure.mask import starred
from ddms_compile.exposure.shapes import cut_matches

_ESCAPE = r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|x([0-9A-Fa-f]{2})|([btnfre\"\\])|[ \t]*\r?\n\s*)"
_NAMED = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b", '"': '"', "\\": "\\"}
_BY_NAME = "a value whose name is used only for secrets"


@lru_cache(maxsize=16)
def masked(text: str) -> str:
    """Return the document with a star for each character of a secret: lines and columns stay."""
    return starred(text, ((secret.start, secret.end) for secret in secrets_of_document(text)))


def secrets_of_document(text: str) -> Iterator[ExposedSecret]:
    """Yield every secret, including escaped ones: `\\u0067hp_…`."""
    yield from _secrets(text)
    if "\\" in text:
        plain, places = _unescaped(text)
        for secret in _secrets(plain):
            yield ExposedSecret(secret.kind, places[secret.start], places[secret.end])


def _secrets(text: str) -> Iterator[ExposedSecret]:
    yield from secrets_in(text)
    for kind, start, end in cut_matches(text):
        yield ExposedSecret(kind, start, end)
    for start, end in assigned_in_document(text):
        yield ExposedSecret(_BY_NAME, start, end)


def _unescaped(text: str) -> tuple[str, list[int]]:
    """Return the unescaped text, and the offset in the original of each of its characters and of its end."""
    parts: list[str] = []
    places: list[int] = []
    done = 0
    for match in re.finditer(_ESCAPE, text):
        character = _character(match)
        parts += [text[done : match.start()], character]
        places += range(done, match.start())
        places += [match.start()] * len(character)
        done = match.end()
    places += range(done, len(text) + 1)
    return "".join((*parts, text[done:])), places


def _character(match: re.Match[str]) -> str:
    number = match[1] or match[2] or match[3]
    if number:
        return chr(int(number, 16)) if int(number, 16) <= 0x10FFFF else "\ufffd"
    return _NAMED.get(match[4] or "", "")
