"""Sizes and times, from the way people write them to the numbers that services want."""

_BYTES = {"Mi": 1 << 20, "Gi": 1 << 30, "Ti": 1 << 40}
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def gibibytes(size: str) -> int:
    """`100Gi` as 100, `1Ti` as 1024. Only whole GiB: `Mi` is an error (ValueError)."""
    count = int(size[:-2]) * _BYTES[size[-2:]]
    if count % _BYTES["Gi"]:
        raise ValueError(f"{size} is not a whole number of GiB")
    return count // _BYTES["Gi"]


def seconds(duration: str) -> int:
    """`15m` as 900."""
    return int(duration[:-1]) * _SECONDS[duration[-1]]


def hours(duration: str) -> str:
    """`30d` as `720h0m0s`, as Go programs write a time."""
    minutes, rest = divmod(seconds(duration), 60)
    return f"{minutes // 60}h{minutes % 60}m{rest}s"
