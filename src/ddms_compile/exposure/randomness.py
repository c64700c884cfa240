"""Random strings without a known prefix, by how often neighboring characters change their class.

Shannon's entropy does not separate keys from long paths. The share of neighbors that change between lower case, upper
case and digits does: 62 % of the pairs in random base 62, less than 30 % in words, camelCase and paths. Strings of one
case (hashes, UUIDs, identifiers of AWS) never count as secrets.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from ddms_compile.exposure.encoded import is_public_data

SHORTEST = 24
"""Minimum characters: 128 bits in base64 with padding. Shorter keys look like identifiers."""

LONGEST = 512
"""Maximum characters; longer data are not a pasted key."""

_RUN = rf"[A-Za-z0-9+/_-]{{{SHORTEST - 2},}}+={{0,2}}"
_URL = r"[A-Za-z][A-Za-z0-9+.-]{1,20}://[^\s\"'<>]*+|\barn:[a-z-]{3,12}:[^\s\"']*+"
_PUBLIC = (
    r"(?i)(?:\bsha(?:1|224|256|384|512)[-:]|\bh1:|-verification[=:]|\bverify=|\bMS=ms|\betag[\"=: ]{1,4}|"
    r"\bkey-?id[\"=: ]{1,4}|\bpk_(?:live|test)_|"
    r"\bssh-[a-z0-9]{3,10} |\becdsa-sha2-\S{1,20} |\bsk-\S{1,40}@openssh\.com |"
    r"\bsb_publishable_|\bphc_|\bpk\.|data:[a-z]{1,20}/[a-z0-9.+-]{1,40};base64,)[A-Za-z0-9+/_=.-]*+"
)
"""Public values: digests with their algorithm, domain ownership proofs, publishable and public keys."""

_PEM = r"-----BEGIN (?!.{0,40}PRIVATE)[A-Z0-9 ]{1,40}-----[A-Za-z0-9+/=\s\\:,.()-]*+"
_CLASSES = {
    **dict.fromkeys(map(ord, "abcdefghijklmnopqrstuvwxyz"), "l"),
    **dict.fromkeys(map(ord, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"), "u"),
    **dict.fromkeys(map(ord, "0123456789"), "d"),
    **dict.fromkeys(map(ord, "+/_-="), " "),
}


def random_runs(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each run that looks like a random key. Skips URLs and ARNs."""
    if not re.search(_RUN, text):
        return
    for pattern in (_URL, _PUBLIC, _PEM):
        text = re.sub(pattern, lambda match: " " * len(match[0]), text)
    for match in re.finditer(_RUN, text):
        # A key may follow a prefix of words, which would thin out its changes: `service_api_aB3…`.
        for start, end in dict.fromkeys(((match.span()), *(piece.span() for piece in _pieces(text, match)))):
            run = text[start:end]
            if len(run) >= SHORTEST and looks_random(run[:LONGEST]) and not is_public_data(run):
                yield match.start(), match.end()
                break


def _pieces(text: str, run: re.Match[str]) -> Iterator[re.Match[str]]:
    """The parts of a run between its separators."""
    return re.compile(rf"[A-Za-z0-9+/]{{{SHORTEST},}}+={{0,2}}").finditer(text, run.start(), run.end())


def looks_random(run: str) -> bool:
    """Return whether upper case, lower case and digits alternate as in a random text, with few separators."""
    classes = run.rstrip("=").translate(_CLASSES)
    if not ("l" in classes and "u" in classes and "d" in classes) or classes.count(" ") * 6 > len(run):
        return False
    pairs = [a != b for a, b in pairwise(classes) if a != " " != b]
    return sum(pairs) >= 0.4 * len(pairs) and len(set(run)) >= min(14, len(run) // 2)
