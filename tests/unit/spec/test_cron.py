"""Schedules: what is sound, and that what follows can rely on it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddms_compile.resolve.schedules import aws_schedules
from ddms_compile.spec.cron import problem

SOUND = ("0 3 * * *", "*/15 * * * *", "0 0 1 jan,JUL *", "5-10/2 0,12 1-7 * mon-fri", "0 3 29 2 *", "0 0 * * 7")
WRONG = (
    "", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * 32 * *", "* * * 13 *", "* * * * 8",
    "*/0 * * * *", "*/x * * * *", "5-1 * * * *", "* * * feb-jan *", "0 0 30 2 *", "0 0 31 4,6,9,11 *", "@daily",
    "a * * * *", "1,,2 * * * *", "-1 * * * *", "? * * * *", "1.5 * * * *", "٣ * * * *", "* * L * *", "*/9999 * * * *",
)  # fmt: skip


@pytest.mark.parametrize("cron", SOUND)
def test_cron_takes_what_crontab_takes(cron: str) -> None:
    assert problem(cron) is None


@pytest.mark.parametrize("cron", WRONG)
def test_cron_refuses_what_never_runs(cron: str) -> None:
    assert problem(cron)


def test_a_day_of_the_week_makes_an_impossible_day_possible() -> None:
    """With both given, cron means either of them."""
    assert problem("0 0 31 2 mon") is None


_FIELD = st.sampled_from(["*", "1", "1-5", "*/2", "1,3", "mon", "jan", "7", "0", "5-1", "1/2", "2-6/2", "JAN-MAR", ""])


@given(fields=st.lists(_FIELD, min_size=5, max_size=5))
def test_what_is_sound_can_be_written_for_aws(fields: list[str]) -> None:
    cron = " ".join(fields)
    if problem(cron) is None:
        assert all(text.startswith("cron(") for text in aws_schedules(cron))
