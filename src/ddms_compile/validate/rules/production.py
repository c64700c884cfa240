"""The guarantees of the tier production. Each can be waived for a while: see `policy.waivers`."""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ddms_compile.load import Finding
from ddms_compile.spec import EnvironmentSpec
from ddms_compile.validate.rules.rule import Rule, Specs, at, error

Key = tuple[str, ...]

WAIVED = datetime.timedelta(days=90)
"""How long a waiver lasts, in the advice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarantee:
    """What must hold. `message` completes "production …"; `wanted` is the line to write instead."""

    code: str
    key: Key
    holds: Callable[[EnvironmentSpec], bool]
    message: str
    label: str
    wanted: str
    why: str


def guarantee_rule(guarantee: Guarantee) -> Rule:
    """The rule that demands it of every production environment."""

    def check(specs: Specs) -> Iterator[Finding]:
        for name, spec in specs.production():
            if not guarantee.holds(spec):
                yield error(
                    guarantee.code,
                    f"production {guarantee.message}",
                    at(name, *guarantee.key, label=guarantee.label),
                    f"write {guarantee.wanted}",
                    waiver_advice(guarantee.code, name, specs.today),
                    notes=(guarantee.why,),
                )

    return check


def waiver_advice(code: str, environment: str, today: datetime.date) -> str:
    """How to break a guarantee on purpose."""
    return (
        f"to suspend the rule for a limited time, add to environments/{environment}"
        ".toml:\n"
        "[[policy.waivers]]\n"
        f'code = "{code}"\n'
        'reason = "why the exception is acceptable"\n'
        f"expires = {today + WAIVED}"
    )
