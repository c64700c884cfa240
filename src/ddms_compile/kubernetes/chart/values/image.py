"""Images of containers."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from ddms_compile.kubernetes.chart.values.base import Values

_HOST = "[a-z0-9]+(?:[.-][a-z0-9]+)*(?::[0-9]{1,5})?"
_PART = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"

Repository = Annotated[str, StringConstraints(pattern=f"^(?:|(?:{_HOST}/)?{_PART}(?:/{_PART})*)$", max_length=255)]
Tag = Annotated[str, StringConstraints(pattern="^(?:|[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})$")]
Digest = Annotated[str, StringConstraints(pattern="^(?:|sha256:[a-f0-9]{64})$")]


class ImageValues(Values):
    repository: Repository = ""
    """Name of the image without a tag. Required."""

    tag: Tag = ""
    """Tag of the image. Required unless there is a digest."""

    digest: Digest = ""
    """Digest of the image ("sha256:" and 64 hexadecimal digits); it takes precedence over the tag."""

    pull_policy: Literal["IfNotPresent", "Always", "Never"] = "IfNotPresent"
    """Pull policy of the image."""
