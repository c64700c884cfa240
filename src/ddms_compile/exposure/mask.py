"""Stars for secrets. Positions stay: each character becomes one."""

from collections.abc import Iterable

from ddms_compile.exposure.find import secrets_in

_KEPT = frozenset("\"'`“”„«»‘’‚\r\n\t\0")
"""Quotes, so that one sees that it is a string, and what moves a position."""


def redact(text: str) -> str:
    """A sentence, or any other text that is no document, with stars for the secrets in it."""
    return starred(text, ((secret.start, secret.end) for secret in secrets_in(text)))


def starred(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with a star for each character of these ranges, but for quotes and ends of lines."""
    parts: list[str] = []
    done = 0
    for start, end in sorted(spans):
        start = max(start, done)
        if start < end:
            parts += [text[done:start], "".join(c if c in _KEPT else "*" for c in text[start:end])]
            done = end
    return "".join((*parts, text[done:])) if parts else text
