"""Sizes and times, from the way people write them to the numbers that services require."""

from ddms_compile.spec.quantities import mebibytes, millicores, seconds

__all__ = ["gibibytes", "hours", "mebibytes", "millicores", "seconds"]


def gibibytes(size: str) -> int:
    """`100Gi` as 100, `1Ti` as 1024. Raises ValueError for what is no whole number of GiB."""
    whole, rest = divmod(mebibytes(size), 1024)
    if rest:
        raise ValueError(f"{size} is not a whole number of GiB")
    return whole


def hours(duration: str) -> str:
    """`30d` as `720h0m0s`, as Go programs write a time."""
    minutes, rest = divmod(seconds(duration), 60)
    return f"{minutes // 60}h{minutes % 60}m{rest}s"
