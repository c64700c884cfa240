"""The base of every table, and the types that several tables use.

A type checks the form of one value alone and says in its error how a right value looks. What needs a second value,
a dated fact or another file is a rule in `validate/rules`.
"""

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema


class Table(BaseModel):
    """One table of the TOML: closed, immutable, without coercion. It holds no default: those are in defaults.toml."""

    # Only the validator of the root is ever used: the others are not built.
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=False, defer_build=True)


@dataclass(frozen=True, slots=True)
class matching:  # noqa: N801  (read as part of a type: `Annotated[str, matching(…)]`)
    """The whole text must match `pattern`; `meaning` completes "must be …". Editors get the pattern too."""

    pattern: str
    meaning: str

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        compiled = re.compile(self.pattern)

        def check(text: str) -> str:
            if not compiled.fullmatch(text):
                raise ValueError(f"must be {self.meaning}")
            return text

        return core_schema.no_info_after_validator_function(check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {**handler(schema), "pattern": f"^(?:{self.pattern})$"}


def parsed(parse: Callable[[str], object], meaning: str) -> AfterValidator:
    """A validator that requires `parse` to accept the text; `meaning` completes "must be …"."""

    def check(text: str) -> str:
        try:
            parse(text)
        except ValueError as error:
            raise ValueError(f"must be {meaning}") from error
        return text

    return AfterValidator(check)


def _whole(value: object) -> object:
    if type(value) is not int:
        raise PydanticCustomError("int_type", "must be an integer")
    return value


WHOLE = BeforeValidator(_whole)
"""For a choice of numbers: `true` is 1 in Python, and 1.0 is too, but not in TOML."""


def _network(text: str) -> ipaddress.IPv4Network:
    network = ipaddress.IPv4Network(text, strict=True)
    if str(network) != text:  # a mask in place of the length, or the length with a zero before it: AWS takes neither
        raise ValueError("not in CIDR notation")
    return network


def _own_folder(text: str) -> None:
    """Case does not count: it does not on every file system."""
    steps = text.lower().split("/")
    if ".git" in steps or steps[0] in (".ddms-compile", "generated"):
        raise ValueError("a folder of git or of the compiler")


_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})+"
HOST_PATTERN = rf"{_LABEL}(?:\.{_LABEL})+"
"""A DNS name of two labels or more, as a part of a longer pattern."""

_DAY = "(?:mon|tue|wed|thu|fri|sat|sun)"
_TIME = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_CLOCK = f"{_TIME}-{_TIME}"

Cidr = Annotated[
    str,
    parsed(_network, 'an IPv4 network without host bits, such as "10.20.0.0/16"'),
    Field(examples=["10.20.0.0/16"]),
]
"""An IPv4 network in CIDR notation, its host bits zero."""

Host = Annotated[str, matching(_HOST, 'a lowercase DNS name with two or more labels, such as "app.example.com"')]
"""A fully qualified DNS name without the final dot (RFC 1123 labels)."""

Email = Annotated[str, matching(rf"[A-Za-z0-9._%+-]{{1,64}}@{_HOST}", 'an email address, such as "ops@example.com"')]
"""An e-mail address that Let's Encrypt accepts as the contact of an account."""

Slug = Annotated[
    str,
    matching(
        r"(?!.*--)[a-z](?:[a-z0-9-]{0,14}[a-z0-9])?",
        "1 to 16 lowercase letters, digits and single hyphens, starting with a letter and not ending with a hyphen",
    ),
]
"""A short name that becomes part of cloud names; RDS, ElastiCache and CloudTrail take no two hyphens in a row."""

OptionalIdentifier = Annotated[
    str,
    matching(
        r"|[a-z][a-z0-9_]{0,62}",
        "a lowercase SQL identifier (a letter, then letters, digits and underscores), or empty",
    ),
]
"""A PostgreSQL name that needs no quotes, at most 63 characters (PostgreSQL manual, 4.1.1); empty: the project's."""


def identifier(name: str) -> str:
    """A project's name as a PostgreSQL identifier that needs no quotes."""
    return name.replace("-", "_")


AccountId = Annotated[
    str, matching(r"[0-9]{12}", 'the 12 digits of an AWS account ID as a string, such as "111122223333"')
]
"""An AWS account; a string, because leading zeros count."""

Region = Annotated[str, matching(r"[a-z]{2}(?:-[a-z]+)+-[0-9]", 'an AWS region, such as "eu-west-1"')]
"""An AWS region; that it exists is checked by the rule `region_exists`."""

MinorVersion = Annotated[
    str, matching(r"[0-9]+\.[0-9]+", 'a major and minor version as a string, such as "1.35" or "7.1"')
]
"""`major.minor`; a string, because 1.30 is not 1.3."""

MajorVersion = Annotated[str, matching(r"[0-9]{1,3}", 'a major version as a string, such as "16"')]
"""A major version."""

Memory = Annotated[str, matching(r"[1-9][0-9]{0,6}(?:Mi|Gi)", 'a size in Mi or Gi, such as "512Mi"')]
"""A size in binary units as Kubernetes writes it."""

Disk = Annotated[str, matching(r"[1-9][0-9]{0,5}(?:Gi|Ti)", 'a size in Gi or Ti, such as "100Gi"')]
"""A size of a volume, in binary units."""

Cpu = Annotated[str, matching(r"[1-9][0-9]{0,4}m|[1-9][0-9]{0,2}", 'CPU, such as "250m" or "2"')]
"""Processors as Kubernetes writes them: whole, or thousandths with `m`."""

Duration = Annotated[str, matching(r"[1-9][0-9]{0,4}[smhd]", 'an integer followed by s, m, h or d, such as "15m"')]
"""A length of time."""

Window = Annotated[str, matching(_CLOCK, 'a daily window in UTC, such as "02:00-03:00"')]
"""Two times of a day in UTC."""

WeeklyWindow = Annotated[
    str,
    matching(rf"{_DAY}:{_TIME}-{_DAY}:{_TIME}", 'a weekly window in UTC, such as "sun:04:00-sun:05:00"'),
]
"""Two times of a week in UTC, as RDS and ElastiCache write them."""

Path = Annotated[str, matching(r"/[A-Za-z0-9._~/-]{0,250}", 'a path that starts with "/", such as "/healthz"')]
"""The path of an HTTP request, without a query."""

Folder = Annotated[
    str,
    matching(
        r"(?!.*(?:^|/)\.\.?(?:/|$))[A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+)*",
        'a folder inside the repository, such as "backend"',
    ),
    parsed(_own_folder, "a folder of your own: not git's and not the compiler's"),
]
"""A folder relative to the repository's root, without `.` and `..`; none that git or the compiler writes."""

ArnOfRole = Annotated[
    str,
    matching(
        r"arn:aws[a-z-]*:iam::[0-9]{12}:(?:role|user)/[A-Za-z0-9_+=,.@/-]{1,512}", "the ARN of an IAM role or user"
    ),
]
"""The ARN of who may administer a cluster."""

Runner = Annotated[str, matching(r"[a-z0-9][a-z0-9.-]{0,63}", 'a runner label, such as "ubuntu-24.04"')]
"""A label of a runner of GitHub Actions."""

EnvironmentVariable = Annotated[
    str,
    matching(
        r"[A-Z_][A-Z0-9_]{0,127}",
        "the name of an environment variable: uppercase letters, digits and underscores",
    ),
]
"""The name of an environment variable, as the applications write them."""

LabelValue = Annotated[
    str,
    matching(
        r"(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?",
        "a Kubernetes label value: at most 63 letters, digits, '-', '_' and '.'",
    ),
]
"""The value of a Kubernetes label."""

LabelKey = Annotated[
    str,
    matching(
        rf"(?:{_HOST}/)?[A-Za-z0-9](?:[A-Za-z0-9._-]{{0,61}}[A-Za-z0-9])?",
        'a Kubernetes label key, such as "team" or "example.com/team"',
    ),
]
"""The key of a Kubernetes label, with or without a DNS prefix."""

Cron = Annotated[str, Field(examples=["0 3 * * *"])]
"""Five fields: minute, hour, day of month, month, day of week, in UTC. Checked by the rule `cron_syntax`."""

Port = Annotated[int, Field(ge=1, le=65535)]
"""A TCP port."""

HighPort = Annotated[int, Field(ge=1024, le=65535)]
"""A TCP port that a process without privileges may open."""

Percent = Annotated[int, Field(ge=1, le=100)]
"""A share of a hundred."""
