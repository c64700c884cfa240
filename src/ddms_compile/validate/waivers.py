"""Waivers of production rules, with a reason and a last day. An expired waiver is an error.

`policy.false_positives` waives values that look like secrets: the error at the key becomes a note.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ddms_compile.diagnostics import Severity
from ddms_compile.diagnostics.keys import Key, parse_key
from ddms_compile.load import Finding, KeyLabel
from ddms_compile.spec import EnvironmentSpec
from ddms_compile.validate.rules import Specs, pasted_secret

LONGEST_DAYS = 366
"""Maximum days of a waiver."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiver:
    """One entry: where it stands, what it names, and which code and key it covers (no key: every one)."""

    entry: Key
    field: str
    subject: str
    code: str
    key: Key | None
    reason: str
    expires: date

    def covers(self, finding: Finding, environment: str) -> bool:
        place = finding.place
        if place is None or place.environment != environment or finding.code != self.code:
            return False
        return self.key is None or (self.key == place.key and place.part == "value" and place.key[:1] != ("policy",))


def apply_waivers(facts: Specs, findings: Sequence[Finding]) -> Iterable[Finding]:
    """Return the findings without the waived ones, and problems of the waivers."""
    waivers = {name: tuple(_waivers(spec)) for name, spec in facts.environments.items()}
    left = [kept for finding in findings for kept in _after(finding, facts.today, waivers)]
    return left + list(_problems(facts, findings, waivers))


def _waivers(spec: EnvironmentSpec) -> Iterator[_Waiver]:
    for index, each in enumerate(spec.policy.waivers):
        entry: Key = ("policy", "waivers", index)
        yield _Waiver(
            entry=entry,
            field="code",
            subject=each.code,
            code=each.code,
            key=None,
            reason=each.reason,
            expires=each.expires,
        )
    for index, false in enumerate(spec.policy.false_positives):
        entry = ("policy", "false_positives", index)
        yield _Waiver(
            entry=entry,
            field="key",
            subject=f"`{false.key}`",
            code=pasted_secret.CODE,
            key=parse_key(false.key),
            reason=false.reason,
            expires=false.expires,
        )


def _after(finding: Finding, today: date, waivers: dict[str, tuple[_Waiver, ...]]) -> Iterator[Finding]:
    """Yield the finding; nothing for a waived rule; a note for a waived key."""
    environment = finding.place.environment if finding.place else None
    mine = waivers.get(environment, ()) if environment is not None else ()
    waiver = next((w for w in mine if w.expires >= today and w.covers(finding, str(environment))), None)
    if waiver is None:
        yield finding
    elif waiver.key is not None:
        yield replace(
            finding,
            code="DDMS242",
            severity=Severity.NOTE,
            message=f"{waiver.subject} looks like a secret and is waived until {waiver.expires.isoformat()}",
            notes=(f"reason: {waiver.reason}",),
            help=(),
        )


def _problems(facts: Specs, findings: Sequence[Finding], waivers: dict[str, tuple[_Waiver, ...]]) -> Iterator[Finding]:
    for name, mine in waivers.items():
        for waiver in mine:
            place = KeyLabel(environment=name, key=(*waiver.entry, "expires"))
            if waiver.key is not None and _repeats(facts, name, waiver):
                yield Finding(
                    code="DDMS243",
                    severity=Severity.ERROR,
                    message=f"the waiver of {waiver.subject} contains the value",
                    place=KeyLabel(
                        environment=name, key=(*waiver.entry, "reason"), message="value hidden", secret=True
                    ),
                    help=("state why it is not a secret without quoting it",),
                )
            if waiver.expires < facts.today:
                yield Finding(
                    code="DDMS390",
                    severity=Severity.ERROR,
                    message=f"the waiver of {waiver.subject} expired on {waiver.expires.isoformat()}",
                    place=place,
                    help=("fix what it covers, or renew it with a valid reason",),
                )
            elif (waiver.expires - facts.today).days > LONGEST_DAYS:
                yield Finding(
                    code="DDMS391",
                    severity=Severity.ERROR,
                    message=f"the waiver of {waiver.subject} expires more than a year from now",
                    place=place,
                    help=("choose a date within a year",),
                )
            elif not any(waiver.covers(finding, name) for finding in findings):
                yield Finding(
                    code="DDMS392",
                    severity=Severity.WARNING,
                    message=f"the waiver of {waiver.subject} is unused: the configuration complies with the rule",
                    place=KeyLabel(environment=name, key=(*waiver.entry, waiver.field)),
                    help=("remove it",),
                )


def _repeats(facts: Specs, environment: str, waiver: _Waiver) -> bool:
    """Return whether the reason repeats the waived secret."""
    value: object = facts.project.environments[environment].tree
    for step in waiver.key or ():
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int):
            value = value[step] if step < len(value) else None
    return isinstance(value, str) and len(value) > 3 and value in waiver.reason
