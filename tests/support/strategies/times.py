"""Cron schedules, windows of maintenance, and ranges of addresses."""

import ipaddress

from hypothesis import strategies as st

DAY = 24 * 60
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@st.composite
def _field(draw: st.DrawFn, low: int, high: int, names: tuple[str, ...] = ()) -> str:
    def part() -> str:
        first = draw(st.integers(low, high))
        match draw(st.sampled_from(("number", "range", "step", "range with step", "every", "name"))):
            case "range":
                return f"{first}-{draw(st.integers(first, high))}"
            case "step":
                return f"*/{draw(st.integers(1, high))}"
            case "range with step":
                return f"{first}-{draw(st.integers(first, high))}/{draw(st.integers(1, 9))}"
            case "every":
                return "*"
            case "name" if names:
                return draw(st.sampled_from(names))
            case _:
                return str(first)

    return ",".join(part() for _ in range(draw(st.integers(1, 3))))


@st.composite
def crons(draw: st.DrawFn) -> str:
    """Five fields of any form. Days to the 28th, which every month has."""
    fields = (
        draw(_field(0, 59)),
        draw(_field(0, 23)),
        draw(_field(1, 28)),
        draw(_field(1, 12, _MONTHS)),
        draw(_field(0, 7, tuple(day for day in _DAYS))),
    )
    return " ".join(fields)


@st.composite
def windows(draw: st.DrawFn, shortest: int) -> tuple[str, str]:
    """A daily window for backups and a weekly one for maintenance, apart, each of `shortest` minutes at least."""
    start = draw(st.integers(0, DAY - 1))
    length = draw(st.integers(shortest, 6 * 60))
    day = draw(st.integers(0, 6))
    begin = draw(st.integers(start + length, start + DAY - shortest))
    end = draw(st.integers(begin + shortest, start + DAY))
    return f"{_clock(start)}-{_clock(start + length)}", f"{_weekly(day, begin)}-{_weekly(day, end)}"


def _clock(minute: int) -> str:
    return f"{minute % DAY // 60:02}:{minute % 60:02}"


def _weekly(day: int, minute: int) -> str:
    return f"{_DAYS[(day + minute // DAY) % 7]}:{_clock(minute)}"


@st.composite
def cidrs(draw: st.DrawFn) -> str:
    """Any IPv4 network."""
    prefix = draw(st.integers(1, 32))
    address = draw(st.integers(0, 2**32 - 1))
    return str(ipaddress.IPv4Network((address, prefix), strict=False))


@st.composite
def vpc_ranges(draw: st.DrawFn, number: int) -> list[str]:
    """Ranges of VPCs that do not overlap: each a part of its own /16 in 10.0.0.0/8."""
    seconds = draw(st.lists(st.integers(0, 255), min_size=number, max_size=number, unique=True))
    found = []
    for second in seconds:
        parts = list(ipaddress.IPv4Network(f"10.{second}.0.0/16").subnets(new_prefix=draw(st.integers(16, 20))))
        found.append(str(draw(st.sampled_from(parts))))
    return found
