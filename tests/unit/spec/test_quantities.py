"""Quantities: texts of the spec as numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddms_compile.spec.quantities import DAY, WEEK, clock, daily, mebibytes, millicores, seconds, weekly

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def test_sizes_times_and_shares_have_one_unit_each() -> None:
    assert [mebibytes(size) for size in ("512Mi", "1Gi", "2Ti")] == [512, 1024, 2 * 1024 * 1024]
    assert [seconds(duration) for duration in ("30s", "15m", "2h", "1d")] == [30, 900, 7200, 86400]
    assert [millicores(cpu) for cpu in ("250m", "2")] == [250, 2000]


@given(start=st.integers(0, DAY - 1), length=st.integers(1, DAY - 1))
def test_a_daily_window_may_pass_midnight(start: int, length: int) -> None:
    assert daily(f"{clock(start)}-{clock(start + length)}") == (start, length)


@given(start=st.integers(0, WEEK - 1), length=st.integers(1, WEEK - 1))
def test_a_weekly_window_may_pass_the_end_of_the_week(start: int, length: int) -> None:
    first, last = (f"{DAYS[minute % WEEK // DAY]}:{clock(minute)}" for minute in (start, start + length))
    assert weekly(f"{first}-{last}") == (start, length)


@pytest.mark.parametrize(("minute", "expected"), [(0, "00:00"), (150, "02:30"), (DAY, "00:00")])
def test_a_minute_is_a_time_of_the_day(minute: int, expected: str) -> None:
    assert clock(minute) == expected
