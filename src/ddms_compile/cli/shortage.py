"""Exhausted resources of the machine, which are neither errors in the project nor internal errors."""

import errno
from collections.abc import Iterator

from ddms_compile.diagnostics.diagnostic import Diagnostic, Severity

_SHORT_OF = {
    errno.EMFILE: ("too many open files", "ulimit -n"),
    errno.ENFILE: ("too many open files", "ulimit -n"),
    errno.ENOMEM: ("not enough memory", "ulimit -v"),
    errno.ENOSPC: ("no space left on the disk", "df -h"),
    errno.EDQUOT: ("disk quota exceeded", "quota"),
    errno.EFBIG: ("a file exceeds the file size limit", "ulimit -f"),
    errno.EAGAIN: ("too many processes or threads", "ulimit -u"),
}
"""Error number of the operating system -> message, and the command that shows the limit."""


def shortage(error: BaseException, details: str) -> Diagnostic | None:
    """Return DDMS530 when `error` or one of its causes is such a shortage, else None. `details`: a note to add."""
    for cause in _causes(error):
        short_of = _short_of(cause)
        if short_of is not None:
            message, command = short_of
            return Diagnostic(
                code="DDMS530",
                severity=Severity.ERROR,
                message=message,
                notes=(details,),
                help=(f"`{command}` shows the limit; the project itself is valid",),
            )
    return None


def _short_of(error: BaseException) -> tuple[str, str] | None:
    if isinstance(error, MemoryError):
        return _SHORT_OF[errno.ENOMEM]
    if isinstance(error, RuntimeError) and "start new thread" in str(error):
        return _SHORT_OF[errno.EAGAIN]
    return _SHORT_OF.get(error.errno or 0) if isinstance(error, OSError) else None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        yield error
        seen.add(id(error))
        error = error.__cause__ or error.__context__
