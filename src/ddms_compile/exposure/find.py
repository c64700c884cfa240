"""Secrets in one value: by shape, by decoding, by a secret-like name, or by randomness."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from ddms_compile.exposure.assignments import assigned
from ddms_compile.exposure.encoded import basic_credentials, decoded_runs, private_keys
from ddms_compile.exposure.names import is_pointer, telling
from ddms_compile.exposure.randomness import random_runs
from ddms_compile.exposure.shapes import shape_matches
from ddms_compile.exposure.urls import url_credentials

DEEPEST = 2
"""Maximum nesting of encodings to decode: base64 of base64."""

SHORTEST = 8
"""Minimum characters of a text with a secret: `a://:b@c`."""

_PUBLIC_NAME = (
    r"(?i)(?:^|[_.-])(?:public|pub|publishable|site|checksum|digest|integrity|fingerprint|thumbprint|etag|(?:git_?)?sha[0-9]*|"
    r"hash|certificate|cert|kid|key_?id|nonce|version_?id|verification|dkim)(?:$|[_.-])"
)
"""Names of random strings that are not secret."""

_RANDOM = "a random string such as a key"


@dataclass(frozen=True, slots=True)
class ExposedSecret:
    """A secret in a text. `kind`: a noun with its article; `end` is exclusive."""

    kind: str
    start: int
    end: int


def find_secret(key: str, text: str) -> str | None:
    """Return the kind of secret in the text, or None. `key`: the name of the value."""
    kind = _kind(text, bool(re.search(_PUBLIC_NAME, key)))
    if kind is None and text and telling(key) and not is_pointer(text):
        return "a value whose name is used only for secrets"
    return kind


def secrets_in(text: str) -> Iterator[ExposedSecret]:
    """Yield every secret in a text whose name is unknown. They may overlap."""
    return _secrets_in(text, DEEPEST)


@lru_cache(maxsize=4096)
def _kind(text: str, public: bool) -> str | None:
    """Return the kind of the first secret, cached: environments share most of their texts."""
    return next((s.kind for s in secrets_in(text) if not public or s.kind != _RANDOM), None)


def _secrets_in(text: str, depth: int) -> Iterator[ExposedSecret]:
    if len(text) < SHORTEST:
        return
    for name, start, end in (*shape_matches(text), *url_credentials(text)):
        yield ExposedSecret(name, start, end)
    for start, end in assigned(text):
        yield ExposedSecret("a secret next to its name", start, end)
    for start, end in basic_credentials(text):
        yield ExposedSecret("HTTP Basic credentials", start, end)
    for start, end in private_keys(text):
        yield ExposedSecret("a private key", start, end)
    if depth:
        yield from _behind_encodings(text, depth - 1)
    for start, end in random_runs(text):
        yield ExposedSecret(_RANDOM, start, end)


def _behind_encodings(text: str, depth: int) -> Iterator[ExposedSecret]:
    """Yield secrets in decoded runs, searched as one text: many short runs cost no more than a long one."""
    runs = list(decoded_runs(text))
    if not runs:
        return
    starts = list(accumulate((len(plain) + 1 for _, _, plain in runs), initial=0))
    found: dict[tuple[int, int], str] = {}
    for secret in _secrets_in("\n".join(plain for _, _, plain in runs), depth):
        start, end, _ = runs[bisect_right(starts, secret.start) - 1]
        found.setdefault((start, end), secret.kind)
    for (start, end), kind in found.items():
        yield ExposedSecret(f"{kind}, encoded", start, end)
