"""Credentials in the address of a URL: `scheme://user:password@host` and `scheme://token@host` (RFC 3986, 3.2.1)."""

import re
from collections.abc import Iterator

from ddms_compile.exposure.names import PLACEHOLDER

_USERINFO = (
    rf"(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]{{1,20}}://(?P<user>[^\s:/@\"'<>]{{0,200}})"
    rf"(?P<password>:(?!(?:{PLACEHOLDER}|\*{{3,}}|<[^<>]{{1,60}}>|\{{\{{[^{{}}]{{1,80}}\}}\}})?@)[^\s/@]{{1,200}})?"
    r"@(?P<host>[^\s/@])"
)
_LIKE_A_KEY = r"(?=[A-Za-z_%.~-]{0,200}[0-9])(?=[0-9_%.~-]{0,200}[A-Za-z])[A-Za-z0-9_%.~-]{16,}"
_PUBLIC_USERS = ("APKA",)
"""IDs of SSH public keys in IAM, which are user names of CodeCommit (IAM user guide, unique identifiers)."""

_PUBLIC_HOSTS = r"[a-z0-9.]{0,60}ingest(?:\.[a-z]{2})?\.sentry\.io"
"""The user in a Sentry DSN is its public key (Sentry, "DSN explainer")."""


def url_credentials(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield kind, start and end of each."""
    if "://" not in text or "@" not in text:
        return
    for match in re.finditer(_USERINFO, text):
        if match["password"]:
            yield "a URL with a password", match.start("user"), match.end("password")
        elif _is_token(match["user"]) and not re.compile(_PUBLIC_HOSTS).match(text, match.start("host")):
            yield "a URL with a token", match.start("user"), match.end("user")


def _is_token(user: str) -> bool:
    return re.fullmatch(_LIKE_A_KEY, user) is not None and not user.startswith(_PUBLIC_USERS)
