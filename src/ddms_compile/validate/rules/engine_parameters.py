"""Parameters of database and cache are those that the engine has, with values that it takes."""

import re
from collections.abc import Iterator, Mapping, Sequence

from ddms_compile.catalog.parameters import (
    CACHE_WORDS,
    SWITCHES,
    Parameter,
    cache_parameters,
    of_an_extension,
    postgres_parameters,
)
from ddms_compile.diagnostics.nearest import nearest
from ddms_compile.load import Finding, KeyLabel
from ddms_compile.validate.rules.rule import Specs, at, error, note, warning

UNKNOWN = "DDMS267"
VALUE = "DDMS268"
RESTART = "DDMS269"
OWN = {"rds.force_ssl": "TLS is always enforced: the parameter group sets it to 1"}
"""What the platform sets itself, and why."""

_FORMULA = re.compile(r"[{(<>]")
"""RDS computes values such as `{DBInstanceClassMemory/32768}`, `GREATEST(…)` or, of a bool, `{DBInstanceVCPU} > 2`."""


def check(specs: Specs) -> Iterator[Finding]:
    for name, spec in specs.cloud():
        database, cache = spec.postgres.parameters, spec.redis.parameters
        # Another rule refuses a version that RDS does not have.
        if known := postgres_parameters(spec.postgres.version):
            yield from _table(name, "postgres", database, known, ("1", "0", *SWITCHES))
        yield from _table(
            name, "redis", cache, cache_parameters(int(spec.redis.version.partition(".")[0])), CACHE_WORDS
        )


def _table(
    name: str, table: str, given: Mapping[str, str], known: Mapping[str, Parameter], words: Sequence[str]
) -> Iterator[Finding]:
    service = "RDS" if table == "postgres" else "ElastiCache"
    for parameter, value in given.items():
        key = KeyLabel(environment=name, key=(table, "parameters", parameter), part="key")
        found = known.get(parameter)
        if parameter in OWN:
            yield error(UNKNOWN, f"`{parameter}` is set by the platform", key, f"remove it: {OWN[parameter]}")
        elif found is None:
            if not (table == "postgres" and of_an_extension(parameter)):
                yield _unknown(table, parameter, key, known)
        elif found.apply in ("internal", "managed"):
            # Parameters that PostgreSQL fixes are known; the services do not document all of theirs.
            refuse = error if found.apply == "internal" else warning
            yield refuse(UNKNOWN, f"`{parameter}` cannot be set: {service} sets it itself", key, "remove it")
        elif not _FORMULA.search(value) and (wanted := found.problem(value, words)):
            place = at(name, table, "parameters", parameter, label="invalid value")
            yield error(VALUE, f"the parameter `{parameter}` cannot be `{value}`", place, f"write {wanted}")
        elif found.apply == "static":
            yield _static(table, parameter, key)


def _unknown(table: str, parameter: str, key: KeyLabel, known: Mapping[str, Parameter]) -> Finding:
    meant = nearest(parameter, (name for name, each in known.items() if each.apply in ("static", "dynamic")))
    engine = "PostgreSQL of this version" if table == "postgres" else "the cache of this version"
    advice = f"did you mean `{meant}`?" if meant else "remove it, or look up the name in the engine's manual"
    if "." in parameter:
        return warning(UNKNOWN, f"RDS and its extensions have no known parameter `{parameter}`", key, advice)
    return error(UNKNOWN, f"{engine} has no parameter `{parameter}`", key, advice)


def _static(table: str, parameter: str, key: KeyLabel) -> Finding:
    if table == "postgres":
        advice = "after the apply: aws rds reboot-db-instance; with a standby add --force-failover"
        return note(RESTART, f"`{parameter}` takes effect only after a reboot of the database", key, advice)
    return note(RESTART, f"`{parameter}` takes effect only in new cache nodes", key)
