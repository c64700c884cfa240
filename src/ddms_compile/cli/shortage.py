"""What the machine has too little of: neither a mistake in the project nor a bug of ours."""

import errno
from collections.abc import Iterator

from ddms_compile.diagnostics.diagnostic import Diagnostic, Severity

_SHORT_OF = {
    errno.EMFILE: ("too many files are open at once", "ulimit -n"),
    errno.ENFILE: ("too many files are open at once", "ulimit -n"),
    errno.ENOMEM: ("there is not enough memory", "ulimit -v"),
    errno.ENOSPC: ("there is not enough space on the disk", "df -h"),
    errno.EDQUOT: ("the disk quota is used up", "quota"),
    errno.EFBIG: ("a file is larger than files may be here", "ulimit -f"),
    errno.EAGAIN: ("no more processes or threads may be started", "ulimit -u"),
}
"""By the error of the operating system: a sentence, and the command that shows how much there is."""


def shortage(error: BaseException, details: str) -> Diagnostic | None:
    """DDMS530, when `error` or what led to it is such a shortage. `details`: where the traceback is."""
    for cause in _causes(error):
        short_of = _short_of(cause)
        if short_of is not None:
            message, command = short_of
            return Diagnostic(
                code="DDMS530",
                severity=Severity.ERROR,
                message=message,
                notes=(details,),
                help=(f"`{command}` shows the limit; nothing is wrong with the project",),
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
