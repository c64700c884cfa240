"""Five fields of cron: what is wrong with them, if anything.

The form is that of crontab(5): minute, hour, day of month, month, day of week; `*`, numbers, ranges, steps, lists, and
names of months and weekdays.
"""

from dataclasses import dataclass

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Field:
    name: str
    low: int
    high: int
    names: tuple[str, ...] = ()


_FIELDS = (
    _Field(name="minute", low=0, high=59),
    _Field(name="hour", low=0, high=23),
    _Field(name="day of the month", low=1, high=31),
    _Field(name="month", low=1, high=12, names=_MONTHS),
    _Field(name="day of the week", low=0, high=7, names=_WEEKDAYS),
)


def problem(cron: str) -> str | None:
    """What is wrong, to be read after "the schedule …"; None when it is sound."""
    if cron.startswith("@"):
        return f'uses the shorthand "{cron}", which AWS and GitHub do not support'
    odd = next((c for c in cron if c != " " and (c.isspace() or not c.isascii() or not c.isprintable())), None)
    if odd is not None:
        return f"contains the character U+{ord(odd):04X}, which is not allowed in a schedule"
    if cron != cron.strip(" "):
        return "starts or ends with a space"
    texts = [text for text in cron.split(" ") if text]
    if len(texts) != len(_FIELDS):
        return f"has {len(texts)} field{'' if len(texts) == 1 else 's'} instead of five"
    values: list[set[int]] = []
    for text, field in zip(texts, _FIELDS, strict=True):
        found = _values(text, field)
        if isinstance(found, str):
            return found
        values.append(found)
    _, _, days, months, _ = values
    if texts[4] == "*" and min(days) > max(_LENGTHS[month - 1] for month in months):
        return "names a day that does not exist: the month is shorter"
    return None


def _values(text: str, field: _Field) -> set[int] | str:
    """The values that a field takes, or what is wrong with it."""
    found: set[int] = set()
    for part in text.split(","):
        span, slash, step = part.partition("/")
        if slash and not (step.isascii() and step.isdigit() and len(step) <= 3 and int(step) > 0):
            return f'has the {field.name} "{text}", whose step "{step}" is not a positive integer'
        low, dash, high = span.partition("-")
        start = field.low if span == "*" else _number(low, field)
        end = field.high if span == "*" or (slash and not dash) else _number(high if dash else low, field)
        if start is None or end is None:
            names = f" or {field.names[0]} to {field.names[-1]}" if field.names else ""
            return f'has the {field.name} "{text}", which must be {field.low} to {field.high}{names}'
        if start > end:
            return f'has the {field.name} "{text}", whose range is reversed'
        found.update(range(start, end + 1, int(step or 1)))
    return found


def _number(text: str, field: _Field) -> int | None:
    name = text.lower()
    if name in field.names:
        return field.names.index(name) + field.low
    if not (text.isascii() and text.isdigit() and len(text) <= 2):
        return None
    return int(text) if field.low <= int(text) <= field.high else None
