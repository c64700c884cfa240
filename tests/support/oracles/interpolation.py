"""What Docker Compose makes of a string of its file: https://docs.docker.com/reference/compose-file/interpolation/"""

import re
from collections.abc import Mapping

_MARK = re.compile(
    r"\$(?:(?P<dollar>\$)|(?P<bare>[A-Za-z_]\w*)|\{(?P<name>[A-Za-z_]\w*)(?:(?P<asked>:?\?)(?P<words>[^}]*))?\}|(?P<wrong>))"
)


class InterpolationError(ValueError):
    """Compose stops here."""


def interpolated(text: str, variables: Mapping[str, str]) -> str:
    """The string that a container gets. Raises InterpolationError for what is no expression or names no variable."""

    def value(found: re.Match[str]) -> str:
        if found["dollar"]:
            return "$"
        name = found["bare"] or found["name"]
        if not name:
            raise InterpolationError(f"invalid interpolation at {found.start()} of {text!r}")
        if name not in variables or (found["asked"] == ":?" and not variables[name]):
            raise InterpolationError(found["words"] or f"{name} is not set")
        return variables[name]

    return _MARK.sub(value, text)
