"""Waivers: a production rule may be broken for a while, with a reason. An expired waiver is an error itself."""

from collections.abc import Iterable, Sequence

from ddms_compile.diagnostics import Severity
from ddms_compile.load import Finding, Place
from ddms_compile.validate.rules import Specs

LONGEST_DAYS = 366
"""A waiver without an end in sight is a decision: it belongs into the rule."""


def apply_waivers(facts: Specs, findings: Sequence[Finding]) -> Iterable[Finding]:
    """The findings without those that a waiver covers, and what is wrong with the waivers."""
    return [f for f in findings if not _waived(facts, f)] + list(_problems(facts, findings))


def _waived(facts: Specs, finding: Finding) -> bool:
    environment = finding.place.environment if finding.place else None
    if environment is None or environment not in facts.environments:
        return False
    waivers = facts.environments[environment].policy.waivers
    return any(w.code == finding.code and w.expires >= facts.today for w in waivers)


def _problems(facts: Specs, findings: Sequence[Finding]) -> Iterable[Finding]:
    for name, spec in facts.environments.items():
        broken = {f.code for f in findings if f.place and f.place.environment == name}
        for index, waiver in enumerate(spec.policy.waivers):
            place = Place(environment=name, key=("policy", "waivers", index, "expires"))
            if waiver.expires < facts.today:
                yield Finding(
                    code="DDMS390",
                    severity=Severity.ERROR,
                    message=f"the waiver of {waiver.code} expired on {waiver.expires.isoformat()}",
                    place=place,
                    help=("mend what it covers, or renew it with a reason that holds",),
                )
            elif (waiver.expires - facts.today).days > LONGEST_DAYS:
                yield Finding(
                    code="DDMS391",
                    severity=Severity.ERROR,
                    message=f"the waiver of {waiver.code} lasts longer than a year",
                    place=place,
                    help=("choose a day within a year",),
                )
            elif waiver.code not in broken:
                yield Finding(
                    code="DDMS392",
                    severity=Severity.WARNING,
                    message=f"the waiver of {waiver.code} covers nothing: the rule holds",
                    place=Place(environment=name, key=("policy", "waivers", index, "code")),
                    help=("remove it",),
                )
