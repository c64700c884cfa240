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


PLACEHOLDER = r"\$(?:\{[A-Za-z_]\w{0,60}\}|\([A-Za-z_]\w{0,60}\))"
"""`${NAME}` or `$(NAME)`: where a secret goes, not the secret."""

PATTERNS: tuple[SecretPattern, ...] = (
    _known("an AWS access key ID", r"(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z2-7]{16}(?![A-Z0-9])"),
    _known(
        "an AWS secret access key",
        r"(?i:aws_?secret_?access_?key)[\"' ]{0,3}[:=][\"' ]{0,3}[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])",
    ),
    _known("a GitHub token", r"(?<![A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{40,})"),
    _known("a GitLab token", r"(?<![A-Za-z0-9])gl(?:pat|rt|dt|ptt|soat|cbt)-[A-Za-z0-9_-]{20,}"),
    _known("a Slack token", r"(?<![A-Za-z0-9])xox[abeprs]-[A-Za-z0-9-]{10,}"),
    _known("a Slack webhook", r"hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9/]{20,}"),
    _known("a Stripe key", r"(?<![A-Za-z0-9])[rs]k_(?:live|test)_[A-Za-z0-9]{16,}"),
    _known("a Stripe webhook secret", r"(?<![A-Za-z0-9])whsec_[A-Za-z0-9+/]{24,}"),
    _known("a Google API key", r"(?<![A-Za-z0-9])AIza[A-Za-z0-9_-]{35}"),
    _known("an npm token", r"(?<![A-Za-z0-9])npm_[A-Za-z0-9]{36}"),
    _known("a PyPI token", r"(?<![A-Za-z0-9])pypi-[A-Za-z0-9_-]{50,}"),
    _known("a SendGrid key", r"(?<![A-Za-z0-9])SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}"),
    _known("an API key of a language model", r"(?<![A-Za-z0-9])sk-(?:ant|proj)-[A-Za-z0-9_-]{20,}"),
    _known("a private key", r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----"),
    _known("a signed token (JWT)", r"(?<![A-Za-z0-9])eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}"),
    _known(
        "a URL with a password",
        rf"[a-z][a-z0-9+.-]{{1,20}}://[^\s:/@]{{0,100}}:(?!{PLACEHOLDER}@)[^\s/@]{{1,200}}@[^\s/@]",
    ),
)

_TELLING = re.compile(
    r"(?:password|passwd"
    r"|(?:^|[_.-])(?:pass|pwd|(?<!existing[_.-])secret|secret_?key|private_?key|api_?key|access_?key|auth_?token|token|credentials?))$",
    re.IGNORECASE,
)
"""Names whose value is a secret, whatever it looks like; camelCase counts as snake_case."""

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def find_secret(key: str, text: str) -> str | None:
    """What kind of secret the text holds, or None. `key`: the name under which it stands."""
    for kind in PATTERNS:
        if kind.pattern.search(text):
            return kind.name
    if text and _TELLING.search(_HUMP.sub("_", key)) and not _is_pointer(text):
        return "the value of a secret, by its name"
    return None


def _is_pointer(text: str) -> bool:
    """A path, an ARN, a placeholder or a flag under a telling name is not the secret itself."""
    if re.fullmatch(r"[A-Za-z0-9/+]{40}", text):
        return False  # the form of an AWS secret access key, which may begin with a slash
    if re.fullmatch(PLACEHOLDER, text) or text.startswith(("/", "arn:", "file:")):
        return True
    return text.lower() in ("true", "false", "none", "managed", "variable")
