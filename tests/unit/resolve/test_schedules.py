import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddms_compile.resolve.schedules import aws_schedules


@pytest.mark.parametrize(
    ("cron", "aws"),
    [
        ("0 5 * * *", ("cron(0 5 * * ? *)",)),
        ("5 4 * * 7", ("cron(5 4 ? * SUN *)",)),
        ("5 4 * feb 0,3", ("cron(5 4 ? 2 SUN,WED *)",)),
        ("0 0 * * */2", ("cron(0 0 ? * SUN,TUE,THU,SAT *)",)),
        ("0 0 1-10/3 jan-mar *", ("cron(0 0 1,4,7,10 JAN-MAR ? *)",)),
        ("0 1 15 * mon", ("cron(0 1 15 * ? *)", "cron(0 1 ? * MON *)")),
    ],
)
def test_a_schedule_means_the_same_to_aws(cron: str, aws: tuple[str, ...]) -> None:
    """Six fields, days of the week by name, `?` in one of the fields for days."""
    assert aws_schedules(cron) == aws


field = st.sampled_from(["*", "1", "2,4", "1-3", "*/2", "2-6/2"])


@given(field, field, field, field, field)
def test_every_schedule_has_exactly_one_question_mark(
    minute: str, hour: str, day: str, month: str, weekday: str
) -> None:
    """AWS refuses both or neither of the fields for days."""
    for schedule in aws_schedules(" ".join((minute, hour, day, month, weekday))):
        parts = schedule.removeprefix("cron(").removesuffix(")").split()
        assert len(parts) == 6 and [parts[2], parts[4]].count("?") == 1
        assert "/" not in schedule


def test_sunday_is_sunday() -> None:
    """Cron's 0 and 7, and AWS's SUN, are the day that the calendar calls Sunday."""
    assert datetime.date(2026, 11, 22).strftime("%a") == "Sun"
    assert aws_schedules("0 0 * * 0") == aws_schedules("0 0 * * 7") == ("cron(0 0 ? * SUN *)",)
