"""Parameters of the data engines: names, allowed values, and whether a change needs a restart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from ddms_compile.catalog.table import read_rows, read_toml

Apply = Literal["static", "dynamic", "internal", "managed"]


CACHE_WORDS = ("yes", "no")
"""Values of a bool in Redis (ElastiCache lists `yes,no` as allowed values)."""

SWITCHES: Mapping[str, str] = {
    **dict.fromkeys(("on", "true", "yes", "1"), "1"),
    **dict.fromkeys(("off", "false", "no", "0"), "0"),
}
"""Values of a bool in PostgreSQL ("Setting Parameters"), and the value that RDS stores.

RDS accepts `off` and returns `0`, so that Terraform would plan a change each time
(hashicorp/terraform-provider-aws#45394).
"""

_ENDLESS = 1e300
"""A bound that means no bound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter.

    `kind`: bool, integer, real, enum or string. `values`: "low..high" for numbers, choices for an enum, or "".
    """

    apply: Apply
    kind: str
    values: str

    def problem(self, value: str, words: Sequence[str]) -> str | None:
        """Return what the value must be; None when it is valid. `words`: the spellings of a bool."""
        if self.kind == "bool":
            return None if value.lower() in words else f"{words[0]} or {words[1]}"
        if self.kind == "enum":
            choices = self.values.split(",")
            return None if value.lower() in (choice.lower() for choice in choices) else f"one of {', '.join(choices)}"
        if self.kind not in ("integer", "real"):
            return None
        try:
            number = int(value) if self.kind == "integer" else float(value)
        except ValueError:
            return "a whole number without a unit" if self.kind == "integer" else "a number"
        low, _, high = self.values.partition("..")
        if not self.values or float(low) <= number <= float(high):
            return None
        return f"a number from {low}" if float(high) > _ENDLESS else f"a number from {low} to {high}"


@cache
def postgres_parameters(major: str) -> Mapping[str, Parameter]:
    """Return the parameters of RDS for PostgreSQL in a major version, by name; none for an unknown version."""
    found = _listed("postgres-parameters", int(major))
    rds = read_toml("parameters")["rds"] if found else {}
    return found | {name: _parameter(row) for name, row in rds.items()}


def of_an_extension(name: str) -> bool:
    """Return whether a name has the prefix of an extension of RDS, whose parameters the table does not list."""
    return "." in name and name.partition(".")[0] in read_toml("parameters")["extensions"]["prefixes"]


@cache
def cache_parameters(major: int) -> Mapping[str, Parameter]:
    """Return the parameters of Redis or Valkey in ElastiCache in a major version, by name; Valkey 8 follows Redis 7."""
    return _listed("cache-parameters", major)


def _listed(table: str, major: int) -> dict[str, Parameter]:
    found: dict[str, Parameter] = {}
    for line in read_rows(table):
        name, _, said = line.partition(" ")
        for part in said.split(" | "):
            versions, _, row = part.partition(" ")
            low, _, high = versions.partition("-")
            if int(low) <= major <= int(high):
                found[name] = _parameter(row)
    return found


def _parameter(row: str) -> Parameter:
    apply, kind, *values = row.split(" ", 2)
    return Parameter(apply=apply, kind=kind, values="".join(values))  # type: ignore[arg-type]
