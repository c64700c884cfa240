"""Sizes, times and shares as numbers, so that rules can compare them. The form of each text is already checked."""

_BYTES = {"Mi": 1, "Gi": 1 << 10, "Ti": 1 << 20}
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = 24 * 60
WEEK = 7 * DAY


def mebibytes(size: str) -> int:
    """`1Gi` as 1024."""
    return int(size[:-2]) * _BYTES[size[-2:]]


def seconds(duration: str) -> int:
    """`15m` as 900."""
    return int(duration[:-1]) * _SECONDS[duration[-1]]


def millicores(cpu: str) -> int:
    """`250m` as 250, `2` as 2000."""
    return int(cpu[:-1]) if cpu.endswith("m") else int(cpu) * 1000


def daily(window: str) -> tuple[int, int]:
    """`23:00-01:00` as the minute of the day it starts in, and its length in minutes."""
    start, end = (_minutes(text) for text in window.split("-"))
    return start, (end - start) % DAY


def weekly(window: str) -> tuple[int, int]:
    """`sun:23:00-mon:01:00` as the minute of the week it starts in, and its length in minutes."""
    start, end = (_DAYS.index(text[:3]) * DAY + _minutes(text[4:]) for text in window.split("-"))
    return start, (end - start) % WEEK


def clock(minute: int) -> str:
    """A minute of the day as `02:30`."""
    return f"{minute % DAY // 60:02}:{minute % 60:02}"


def _minutes(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)
