"""What is accepted for a while, a loss or a vulnerability, and whose last day is over or too far."""

from collections.abc import Iterator

from ddms_compile.load import Finding
from ddms_compile.validate.rules.rule import Specs, at, error, warning

ENDED = "DDMS293"
TOO_LONG = "DDMS294"
LONGEST_DAYS = 366
"""Maximum days of an acceptance, as for waivers, so that each is reviewed."""


def check(specs: Specs) -> Iterator[Finding]:
    for name, spec in specs.environments.items():
        entries = (
            *(
                ("losses", index, f"the loss of {loss.address}", loss.expires)
                for index, loss in enumerate(spec.policy.losses)
            ),
            *(
                ("vulnerabilities", index, f"the vulnerability {each.id}", each.expires)
                for index, each in enumerate(spec.policy.vulnerabilities)
            ),
        )
        for table, index, what, last in entries:
            place = at(name, "policy", table, index, "expires")
            if last < specs.today:
                yield warning(
                    ENDED,
                    f"{what} is no longer accepted: the entry expired on {last.isoformat()}",
                    place,
                    "remove the entry, or renew it with a valid reason",
                )
            elif (last - specs.today).days > LONGEST_DAYS:
                yield error(
                    TOO_LONG, f"{what} is accepted for longer than a year", place, "choose a date within a year"
                )
