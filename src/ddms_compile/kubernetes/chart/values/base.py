"""What every table of the chart's values shares, and the forms of single values."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel


class Values(BaseModel):
    """One closed table of values.yaml. Keys are the attributes in camelCase; their docstrings are the comments."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        use_attribute_docstrings=True,
        validate_default=True,
    )


def _form(pattern: str, *, longest: int | None = None) -> StringConstraints:
    return StringConstraints(pattern=f"^(?:{pattern})$", max_length=longest)


_LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_NAME = "[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?"

Count = Annotated[int, Field(ge=1, le=500)]
Seconds = Annotated[int, Field(ge=0, le=3600)]
Port = Annotated[int, Field(ge=1, le=65535)]
HighPort = Annotated[int, Field(ge=1024, le=65535)]
UserId = Annotated[int, Field(ge=10000, le=2147483647)]
Cidr = Annotated[str, _form(rf"{_OCTET}(?:\.{_OCTET}){{3}}/(?:[0-9]|[12][0-9]|3[0-2])")]
Duration = Annotated[str, _form("[1-9][0-9]{0,4}[smhd]")]
GoDuration = Annotated[str, _form("[1-9][0-9]{0,4}[smh]")]
"""As Go reads it (time.ParseDuration): it knows no days."""

ScrapeInterval = Annotated[str, _form("[1-9][0-9]{1,3}s|[1-9][0-9]{0,2}m")]
"""At least 10 s: Prometheus gives a scrape 10 s and refuses an interval that is shorter than that."""

Cpu = Annotated[str, _form("[1-9][0-9]{0,4}m|[1-9][0-9]{0,2}")]
Size = Annotated[str, _form("[1-9][0-9]{0,6}(?:Mi|Gi)")]
HttpPath = Annotated[str, _form("/[A-Za-z0-9._~/-]*", longest=250)]
FilePath = Annotated[str, _form(r"(?:/[A-Za-z0-9_][A-Za-z0-9._-]*)+", longest=250)]
Name = Annotated[str, _form(_LABEL)]
NameOrNone = Annotated[str, _form(f"|{_LABEL}")]
ObjectNameOrNone = Annotated[str, _form(rf"|{_LABEL}(?:\.{_LABEL})*", longest=253)]
HostOrNone = Annotated[str, _form(rf"|{_LABEL}(?:\.{_LABEL})+", longest=253)]
UrlOrNone = Annotated[str, _form(r"|https?://[^\s#{}]+", longest=2000)]
LabelKey = Annotated[str, _form(rf"(?:{_LABEL}(?:\.{_LABEL})*/)?{_NAME}", longest=317)]
LabelValue = Annotated[str, _form(f"(?:{_NAME})?")]
VariableName = Annotated[str, _form("[A-Za-z_][A-Za-z0-9_]{0,127}")]
PromLabel = Annotated[str, _form("_?[a-zA-Z][a-zA-Z0-9_]{0,126}")]
"""Two underscores begin Prometheus' own labels."""

Labels = dict[LabelKey, LabelValue]
Annotations = dict[LabelKey, str]
Variables = dict[VariableName, str]
