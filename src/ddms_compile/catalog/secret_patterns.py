"""How secrets look: the forms that their issuers document, and names that only a secret has.

Each pattern starts with a fixed text and repeats one class of characters at a time, so none can backtrack for long.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretPattern:
    """One kind of secret; `name` is a noun with its article."""

    name: str
    pattern: re.Pattern[str]


def _known(name: str, pattern: str) -> SecretPattern:
    return SecretPattern(name=name, pattern=re.compile(pattern))


PATTERNS: tuple[SecretPattern, ...] = (
    _known("an AWS access key ID", r"(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z2-7]{16}(?![A-Z0-9])"),
    _known("a GitHub token", r"(?<![A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{40,})"),
    _known("a GitLab token", r"(?<![A-Za-z0-9])glpat-[A-Za-z0-9_-]{20,}"),
    _known("a Slack token", r"(?<![A-Za-z0-9])xox[abeprs]-[A-Za-z0-9-]{10,}"),
    _known("a Slack webhook", r"hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9/]{20,}"),
    _known("a Stripe key", r"(?<![A-Za-z0-9])[rs]k_(?:live|test)_[A-Za-z0-9]{16,}"),
    _known("a Google API key", r"(?<![A-Za-z0-9])AIza[A-Za-z0-9_-]{35}"),
    _known("an npm token", r"(?<![A-Za-z0-9])npm_[A-Za-z0-9]{36}"),
    _known("a PyPI token", r"(?<![A-Za-z0-9])pypi-[A-Za-z0-9_-]{50,}"),
    _known("a SendGrid key", r"(?<![A-Za-z0-9])SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}"),
    _known("an API key of a language model", r"(?<![A-Za-z0-9])sk-(?:ant|proj)-[A-Za-z0-9_-]{20,}"),
    _known("a private key", r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----"),
    _known("a signed token (JWT)", r"(?<![A-Za-z0-9])eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}"),
    _known("a URL with a password", r"[a-z][a-z0-9+.-]{1,20}://[^\s:/@]{0,100}:[^\s/@]{1,200}@[^\s/@]"),
)

_TELLING = re.compile(
    r"(?:^|[_.-])(?:password|passwd|pwd|secret|secret_?key|private_?key|api_?key|apikey|access_?key|auth_?token"
    r"|token|credentials?)$",
    re.IGNORECASE,
)
"""Names whose value is a secret, whatever it looks like."""


def find_secret(key: str, text: str) -> str | None:
    """What kind of secret the text holds, or None. `key`: the name under which it stands."""
    for kind in PATTERNS:
        if kind.pattern.search(text):
            return kind.name
    if text and _TELLING.search(key) and not _is_pointer(text):
        return "the value of a secret, by its name"
    return None


def _is_pointer(text: str) -> bool:
    """A path, an ARN or a flag under a telling name is not the secret itself."""
    return text.startswith(("/", "arn:", "file:")) or text.lower() in ("true", "false", "none", "managed", "variable")
