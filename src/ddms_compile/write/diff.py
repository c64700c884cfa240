"""Unified diffs of files that may be absent, binary or without a final newline."""

from collections.abc import Iterable, Iterator

_CONTEXT = 3


def unified(path: str, before: bytes | None, after: bytes | None) -> str:
    """Return the diff from `before` to `after` (None: absent), in the format of `git apply`."""
    old = f"a/{path}" if before is not None else "/dev/null"
    new = f"b/{path}" if after is not None else "/dev/null"
    hunks = list(_hunks(_lines(before), _lines(after)))
    return "".join((f"--- {old}\n+++ {new}\n", *(_ended(line) for line in hunks)))


def _hunks(before: list[str], after: list[str]) -> Iterable[str]:
    if not before or not after:
        return _whole(before, after)
    from difflib import unified_diff  # imported for stale trees only

    lines = unified_diff(before, after, n=_CONTEXT)
    next(lines, None)  # skip difflib's file names
    next(lines, None)
    return lines


def _whole(before: list[str], after: list[str]) -> Iterator[str]:
    """Yield the diff of a created or deleted file."""
    if before or after:
        yield f"@@ -{_range(before)} +{_range(after)} @@\n"
    yield from (f"-{line}" for line in before)
    yield from (f"+{line}" for line in after)


def _range(lines: list[str]) -> str:
    return f"1,{len(lines)}" if lines else "0,0"


def _lines(content: bytes | None) -> list[str]:
    """Return lines with their newline. Only LF ends a line: `str.splitlines` also splits at U+2028 and others."""
    if not content:
        return []
    lines = content.decode("utf-8", errors="backslashreplace").split("\n")
    ended = [f"{line}\n" for line in lines[:-1]]
    return ended if lines[-1] == "" else [*ended, lines[-1]]


def _ended(line: str) -> str:
    return line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
