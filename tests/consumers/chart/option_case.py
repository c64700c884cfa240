"""One line of the table of options.

A place is "Kind/name:path" with what must be there; None means that there must be nothing. A path that ends in "~"
holds text of which the expected is a part.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

DIGEST = "sha256:" + "0123456789abcdef" * 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One option set to one value; `given`: what else must be set for it to have an effect."""

    option: str
    value: Any
    places: Mapping[str, Any]
    given: Mapping[str, Any] = field(default_factory=dict)
