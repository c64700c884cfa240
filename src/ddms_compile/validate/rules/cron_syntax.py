"""Invalid cron schedules, which never run; a missing backup is noticed too late."""

from collections.abc import Iterator

from ddms_compile.load import Finding
from ddms_compile.spec.cron import problem
from ddms_compile.validate.rules.rule import Specs, at, error

CODE = "DDMS208"


def check(specs: Specs) -> Iterator[Finding]:
    for name, spec in specs.environments.items():
        for key, cron in (
            (("backup", "vault", "schedule"), spec.backup.vault.schedule),
            (("backup", "velero", "schedule"), spec.backup.velero.schedule),
            (("ci", "drift_check"), spec.ci.drift_check),
        ):
            wrong = problem(cron)
            if wrong:
                yield error(
                    CODE,
                    f"the schedule `{'.'.join(key)}` {wrong}",
                    at(name, *key, label="not a schedule"),
                    'five fields, in UTC: minute, hour, day of the month, month, day of the week; "0 3 * * *" is daily'
                    " at 03:00",
                )
