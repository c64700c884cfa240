"""Schedules: from five fields of cron to AWS's cron expressions."""

_WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_MONTHS = ("", "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


def aws_schedules(cron: str) -> tuple[str, ...]:
    """Return `0 5 * * *` as `cron(0 5 * * ? *)`.

    AWS's form has six fields with the year last, counts days of the week from 1, and requires `?` in exactly one of the
    two fields for days (Amazon EventBridge, "Cron expressions"). In cron a day of the month and a day of the week mean
    either of them, which needs two schedules in AWS.
    """
    minute, hour, day, month, weekday = cron.split()
    times = f"{_written(minute, 0, 59)} {_written(hour, 0, 23)}"
    months = _written(month, 1, 12, _MONTHS)
    days = [] if day == "*" and weekday != "*" else [f"{_written(day, 1, 31)} {months} ?"]
    if weekday != "*":
        names = sorted({number % 7 for number in _numbers(weekday, 0, 6, _WEEKDAYS)})
        # Names of days avoid the two different numberings.
        days.append(f"? {months} {','.join(_WEEKDAYS[number] for number in names)}")
    return tuple(f"cron({times} {each} *)" for each in days)


def _written(field: str, first: int, last: int, names: tuple[str, ...] = ()) -> str:
    """Return the field unchanged, or as a list of its values: AWS has no steps inside a range."""
    return ",".join(map(str, _numbers(field, first, last, names))) if "/" in field or field.isalpha() else field.upper()


def _numbers(field: str, first: int, last: int, names: tuple[str, ...] = ()) -> list[int]:
    found: set[int] = set()
    for part in field.upper().split(","):
        span, slash, step = part.partition("/")
        low, dash, high = span.partition("-")
        start = first if span == "*" else _number(low, names)
        end = _number(high, names) if dash else (last if slash or span == "*" else start)
        found.update(range(start, end + 1, int(step or 1)))
    return sorted(found)


def _number(text: str, names: tuple[str, ...]) -> int:
    return int(text) if text.isdigit() else names.index(text)
