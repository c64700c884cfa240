"""Secret-like names, and values that refer to a secret without being one."""

import re
from functools import cache, lru_cache

from ddms_compile.catalog.table import read_rows

PLACEHOLDER = (
    r"\$(?:\{[A-Za-z_][\w.:-]{0,80}\}|\([A-Za-z_]\w{0,60}\)|\{\{[^{}]{1,80}\}\}|[A-Z_][A-Z0-9_]{0,60}(?![A-Za-z0-9]))"
)
"""`${NAME}`, `$(NAME)`, `${{ name }}` or `$NAME`: placeholders of secrets."""

_HUMP = r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^A-Za-z0-9]+"
_POINTER = (
    rf"(?s){PLACEHOLDER}|\{{\{{.{{1,200}}\}}\}}|<[A-Za-z][\w .-]{{0,60}}>|"
    r"(?:var|local|data|module|each)\.[a-z][a-z0-9_]{0,60}(?:\.[a-z][a-z0-9_]{0,60}){0,4}|"
    r"\[(?:hidden|redacted|masked)\]|[*x.…]{3,}|…|"
    r"(?:/|\.{1,2}/|\$\(|arn:|file:|alias/|env:|ssm:|vault:|secretsmanager:|projects/|op://|awssm://|gcpsm://).*|"
    r"(?i:https?://[^\s/@?]+(?:/[^\s@?]*)?|true|false|yes|no|on|off|none|null|nil|managed|variable|enabled|disabled|"
    r"required|optional|redacted|hidden|kubernetes|external-secrets|token)"
)
_FORM_OF_AWS = r"[A-Za-z0-9/+]{40}"


@lru_cache(maxsize=4096)
def telling(name: str) -> bool:
    """Return whether a name is secret-like; camelCase counts as snake_case."""
    words = [word for word in re.split(_HUMP, name[-128:]) if word]
    words = [word.lower() for word in words]
    while words and (words[-1] in _words("ending") or words[-1].lstrip("v").isdigit()):
        words.pop()
    if not words:
        return False
    *before, last = words
    if last in ("key", "keys"):
        return bool(before) and before[-1] in _words("purpose")
    if last in _words("secret") or last.endswith(tuple(_words("fused"))):
        return not (last.startswith("secret") and before and before[-1] == "existing")
    return last not in _words("about") and any("passw" in word or "passphrase" in word for word in words)


@cache
def _words(kind: str) -> frozenset[str]:
    """Return the words of one class of `secret_names.txt`."""
    rows = (row.split("\t") for row in read_rows("secret_names"))
    return frozenset(word for name, words in rows if name == kind for word in words.split())


def is_pointer(value: str) -> bool:
    """Return whether the value of a secret-like name is a path, an ARN, a placeholder or a flag."""
    if not value.strip():
        return True
    if re.fullmatch(_FORM_OF_AWS, value):
        return False  # an AWS secret access key, which may begin with a slash
    return len(value) <= 2048 and re.fullmatch(_POINTER, value) is not None
