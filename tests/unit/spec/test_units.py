"""Units that services expect."""

import pytest

from ddms_compile.spec.units import gibibytes, hours


def test_whole_gibibytes_are_numbers_and_others_are_refused() -> None:
    assert [gibibytes(size) for size in ("100Gi", "1Ti", "2048Mi")] == [100, 1024, 2]
    with pytest.raises(ValueError, match="1500Mi is not a whole number of GiB"):
        gibibytes("1500Mi")


@pytest.mark.parametrize(("duration", "expected"), [("30d", "720h0m0s"), ("90m", "1h30m0s"), ("61s", "0h1m1s")])
def test_a_duration_is_written_as_go_writes_it(duration: str, expected: str) -> None:
    assert hours(duration) == expected
