"""Masking of secrets: each character becomes a star, so that positions stay."""

from collections.abc import Iterable

from ddms_compile.exposure.find import secrets_in

_KEPT = frozenset("\"'`“”„«»‘’‚\r\n\t\0")
"""Characters that stay: quotes and line breaks."""


def redact(text: str) -> str:
    """Return a text other than a TOML document with its secrets masked."""
    return starred(text, ((secret.start, secret.end) for secret in secrets_in(text)))


def starred(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return the text with a star for each character of these ranges, except quotes and line breaks."""
    parts: list[str] = []
    done = 0
    for start, end in sorted(spans):
        start = max(start, done)
        if start < end:
            parts += [text[done:start], "".join(c if c in _KEPT else "*" for c in text[start:end])]
            done = end
    return "".join((*parts, text[done:])) if parts else text
