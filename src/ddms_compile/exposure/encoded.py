"""Secrets in base64, hex and percent encoding, and keys in DER."""

import base64
import binascii
import re
from collections.abc import Iterator
from urllib.parse import unquote

LONGEST = 64 * 1024
"""Maximum characters of one run to decode."""

_BASE64 = r"[A-Za-z0-9+/_-]{16,}+={0,2}"
_HEX = r"[0-9a-fA-F]+"
_PERCENT = r"%[0-9A-Fa-f]{2}"
_BASIC = r"(?i:\bbasic)(?:\s{1,4}|%20|\+)([A-Za-z0-9+/_-]{6,}+={0,2})"
_PRINTABLE = frozenset(range(0x20, 0x7F)) | {0x09, 0x0A, 0x0D}


def decoded_runs(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and decoded text of each run that encodes a text."""
    for match in re.finditer(_BASE64, text):
        plain = readable(match[0])
        if plain is not None:
            yield match.start(), match.end(), plain
    if "%" in text and re.search(_PERCENT, text):
        plain = unquote(text[:LONGEST])
        if plain != text:
            yield 0, len(text), plain


def basic_credentials(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of the base64 of `user:password` after `Basic` (RFC 7617)."""
    if "basic" not in text.lower():
        return
    for match in re.finditer(_BASIC, text):
        plain = readable(match[1])
        if plain is not None and ":" in plain:
            yield match.start(1), match.end(1)


def private_keys(text: str) -> Iterator[tuple[int, int]]:
    """Yield base64 runs of private keys in DER: a sequence that begins with a version (RFC 5208, 5915, 8017)."""
    if "M" not in text:  # base64 of 0x30 to 0x33: a sequence
        return
    for match in re.finditer(_BASE64, text):
        if match[0].startswith("M") and _first_element(_bytes(match[0][:64])) == "version":
            yield match.start(), match.end()


def is_public_data(run: str) -> bool:
    """Return whether a base64 run is a readable text, a certificate, or a public key in DER or of OpenSSH."""
    if readable(run) is not None:
        return True
    data = _bytes(run[:64])
    return data.startswith(b"\0\0\0") or _first_element(data) == "sequence"


def readable(run: str) -> str | None:
    """Return the text that a run of base64 or hex encodes; None if it encodes no text."""
    run = run[:LONGEST]
    if len(run) % 2 == 0 and re.fullmatch(_HEX, run):
        text = _text(bytes.fromhex(run))
        if text is not None:
            return text
    return _text(_bytes(run))


def _text(data: bytes) -> str | None:
    """Return the bytes as UTF-8 if they are mostly printable ASCII, which random bytes are only when they are few."""
    if len(data) < 4:
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return text if sum(byte in _PRINTABLE for byte in data) >= 0.9 * len(data) else None


def _bytes(run: str) -> bytes:
    """Return the bytes of standard or URL-safe base64 with any padding; empty for invalid base64."""
    core = run.rstrip("=").translate({ord("-"): "+", ord("_"): "/"})
    core = core[: len(core) - (len(core) % 4 == 1)]
    try:
        return base64.b64decode(core + "=" * (-len(core) % 4))
    except (ValueError, binascii.Error):
        return b""


def _first_element(data: bytes) -> str:
    """Return the kind of the first element of a DER sequence of 48 bytes or more (X.690, 8.1), or an empty text."""
    if len(data) < 12 or data[0] != 0x30:
        return ""
    length = data[1]
    if length < 0x2E or length in (0x80, 0xFF) or (length > 0x80 and length & 0x7F > 3):
        return ""
    head = 2 + (length & 0x7F if length > 0x80 else 0)
    if data[head] == 0x30:
        return "sequence"
    return "version" if data[head] == 2 and data[head + 1] == 1 and data[head + 2] <= 3 else ""
