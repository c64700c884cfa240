"""Exhausted resources are found wherever they are in the chain of causes."""

import errno

import pytest

from ddms_compile.cli.shortage import shortage


@pytest.mark.parametrize(
    ("error", "command"),
    [
        (OSError(errno.ENOSPC, "full"), "df -h"),
        (OSError(errno.EMFILE, "files"), "ulimit -n"),
        (MemoryError(), "ulimit -v"),
        (RuntimeError("can't start new thread"), "ulimit -u"),
    ],
)
def test_a_shortage_is_reported_with_the_command_that_shows_it(error: Exception, command: str) -> None:
    """Also as the cause of another exception."""
    outer = ValueError("outer")
    outer.__cause__ = error
    for raised in (error, outer):
        found = shortage(raised, "the traceback is in x")
        assert found is not None and found.code == "DDMS530"
        assert command in found.help[0] and found.notes == ("the traceback is in x",)


def test_any_other_error_is_none_even_when_its_causes_form_a_circle() -> None:
    first, second = ValueError("a"), OSError(errno.ENOENT, "missing")
    first.__cause__, second.__cause__ = second, first
    assert shortage(first, "") is None
