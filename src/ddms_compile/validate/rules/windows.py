"""AWS refuses windows that are too short, and a backup window that overlaps the maintenance window."""

from collections.abc import Iterator

from ddms_compile.load import Finding
from ddms_compile.spec.quantities import DAY, WEEK, clock, daily, weekly
from ddms_compile.validate.rules.rule import Specs, at, error

CODE = "DDMS216"


def check(specs: Specs) -> Iterator[Finding]:
    for name, spec in specs.cloud():
        yield from _windows(name, ("postgres", "backup_window"), spec.postgres.backup_window, 30, spec.postgres)
        yield from _windows(name, ("redis", "snapshots", "window"), spec.redis.snapshots.window, 60, spec.redis)


def _windows(name: str, backup_key: tuple[str, ...], backup: str, shortest: int, spec: object) -> Iterator[Finding]:
    table = backup_key[0]
    maintenance = str(getattr(spec, "maintenance_window"))  # noqa: B009  (both tables have it)
    service = "RDS" if table == "postgres" else "ElastiCache"
    least = {"RDS": 30, "ElastiCache": 60}[service]
    start, length = daily(backup)
    if length < shortest:
        yield error(
            CODE,
            f"{service} requires a backup window of {shortest} minutes or more, not {length}",
            at(name, *backup_key, label=f"{length} minutes"),
            f'write {backup_key[-1]} = "{clock(start)}-{clock(start + shortest)}"',
        )
    weekly_start, weekly_length = weekly(maintenance)
    if not least <= weekly_length <= DAY:
        yield error(
            CODE,
            f"{service} requires a maintenance window of {least} minutes to 24 hours",
            at(name, table, "maintenance_window", label=f"{weekly_length // 60} h {weekly_length % 60} min"),
            'write maintenance_window = "sun:04:00-sun:05:00", or another time',
        )
    elif _overlap(start, length, weekly_start, weekly_length):
        yield error(
            CODE,
            f"the backup window of {table} overlaps its maintenance window, which {service} rejects",
            at(name, table, "maintenance_window", label="maintenance"),
            f'write maintenance_window = "{_after(start + length)}", or another time',
            related=(at(name, *backup_key, label="backup, every day"),),
        )


def _after(end: int) -> str:
    """An hour, one hour after a backup that ends that many minutes after the beginning of Sunday."""
    days = ("sun", "mon", "tue")
    return "-".join(f"{days[minute // DAY]}:{clock(minute)}" for minute in (end + 60, end + 120))


def _overlap(start: int, length: int, weekly_start: int, weekly_length: int) -> bool:
    """Whether any of the seven daily windows shares a minute with the weekly one."""
    return any(
        (weekly_start - begin) % WEEK < length or (begin - weekly_start) % WEEK < weekly_length
        for begin in range(start, WEEK, DAY)
    )
