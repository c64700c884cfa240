"""`name = value` inside a text: connection strings, JSON, command lines, and lines of TOML that may not parse."""

import re
from collections.abc import Callable, Iterator

from ddms_compile.exposure.names import is_pointer, telling

_WORDS = ("pass", "pwd", "pw", "secret", "token", "key", "cred", "jwt", "jws", "bearer", "salt", "pepper", "totp")
"""Every secret-like name contains one of these; a text without any is not searched."""

_ASSIGNED = (
    r"(?<![\w./-])(?P<flag>--)?(?P<quote>\\?[\"'`])?(?P<name>[A-Za-z_][\w.-]{0,100}+)(?P<end>\\?[\"'`])?"
    r"(?P<sign>[ \t]{0,8}[=:](?![=:~])>?[ \t]{0,8}|[ \t]{1,8}|(?==))"
)
_IN_TEXT = r"\\?\"(?P<double>[^\"\\]*+)|\\?'(?P<single>[^'\\]*+)|(?P<bare>(?!-)[^\s;&,\"'`<>(){}\[\]]++)"
_IN_LINE = (
    r"(?s)(?P<triple>\"{3}(?:[^\\\"]|\\.|\"(?!\"\"))*+(?:\"{3,5})?|'{3}(?:[^']|'(?!''))*+(?:'{3,5})?)"
    r"|(?P<quoted>\"(?:[^\"\\\r\n]|\\[^\r\n])*+\"|'[^'\r\n]*+')"
    r"|(?P<array>\[[^\]\[]*+\]?)"
    r"|(?P<rest>[^\r\n]++)"
)
_NEXT_LINE = r"\r?\n[ \t]*+(?![#\[\r\n])(?P<rest>[^=\r\n]++)(?=\r?\n|\Z)"
SHORTEST = 3
"""Characters of a password in a connection string."""

_ANY_VALUE = r"(?i)passw(?:or)?d|passphrase|pwd|(?:^|[_.-])(?:pass|pw)$"
_KEYLIKE = r"(?=[^0-9]{0,200}[0-9])(?=[^A-Za-z]{0,200}[A-Za-z])[A-Za-z0-9+/=_.~-]{12,}"


Span = tuple[int, int]
"""Start and end in the text."""


def assigned(text: str) -> Iterator[Span]:
    """Yield the values of secret-like names in a value or in prose.

    Any value of a password counts; after other names, only values that look like keys: `token: see Vault` is prose.
    """
    return _values(text, _in_text)


def assigned_in_document(text: str) -> Iterator[Span]:
    """Yield the values of secret-like names in the text of a TOML file, valid or not; every value counts.

    `=` and `:` may be missing at the beginning of a line. An unquoted value extends to the end of the line.
    """
    return _values(text, _in_line)


def _values(text: str, read: Callable[[str, re.Match[str]], tuple[Span, bool] | None]) -> Iterator[Span]:
    """Yield what `read` finds after each secret-like name. Names inside values are skipped."""
    lowered = text.lower()
    if not any(word in lowered for word in _WORDS):
        return
    names = re.compile(_ASSIGNED)
    match = names.search(text)
    while match is not None:
        found = read(text, match) if telling(match["name"].rpartition(".")[2]) else None
        if found is not None and found[1]:
            yield found[0]
        match = names.search(text, match.end() if found is None else max(match.end(), found[0][1]))


def _in_text(text: str, name: re.Match[str]) -> tuple[Span, bool] | None:
    """Return the value after a name, and whether it is a secret."""
    value = re.compile(_IN_TEXT).match(text, name.end())
    if value is None or (not name["sign"].strip() and not name["flag"]):
        return None
    if name["sign"] == ":" and not name["quote"]:  # a part of an ARN, or of an image
        return None
    group = value.lastgroup or "bare"
    written = value[group]
    exact = "=" in name["sign"] or name["flag"] or name["quote"]
    password = exact and re.search(_ANY_VALUE, name["name"]) and len(written) >= SHORTEST
    return value.span(group), bool(password or re.fullmatch(_KEYLIKE, written)) and not is_pointer(written)


def _in_line(text: str, name: re.Match[str]) -> tuple[Span, bool] | None:
    """Return the value after a name; None without a value, and for a table."""
    if not name["sign"].strip() and not _begins_line(text, name.start()):
        return None
    value = re.compile(_IN_LINE).match(text, name.end()) or re.compile(_NEXT_LINE).match(text, name.end())
    if value is None or text.startswith("{", name.end()):
        return None
    written = value[0].partition("#")[0] if value.lastgroup == "rest" else value[0]
    return value.span(), not is_pointer(written.strip().strip("\"'"))


def _begins_line(text: str, place: int) -> bool:
    """Return whether only white space precedes the offset in its line, at most 100 characters."""
    before = text[max(0, place - 100) : place]
    _, newline, indent = before.rpartition("\n")
    return not indent.strip() and bool(newline or place <= len(before))
