"""The lock of a project: one build at a time; the second waits for the first and prints a note."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ddms_compile.diagnostics import DiagnosticError
from ddms_compile.disk import door
from ddms_compile.disk.working import STATE
from ddms_compile.write import refusals
from ddms_compile.write.journal import make_state

LOCK = f"{STATE}/lock"
_PAUSE = 0.05


@contextmanager
def locked(root: Path, *, wait: float = 60.0, notice: Callable[[str], None] | None = None) -> Iterator[None]:
    """Hold the project's lock, which the operating system releases when the process ends.

    Waits up to `wait` seconds; `notice` gets one sentence when it waits. Raises DiagnosticError: DDMS504 after
    the timeout, DDMS505 when the lock file cannot be created.
    """
    descriptor = _acquire(root, wait, notice)
    try:
        yield
    finally:
        os.close(descriptor)


def _acquire(root: Path, wait: float, notice: Callable[[str], None] | None) -> int:
    deadline = time.monotonic() + wait
    told = False
    while True:
        descriptor = _try(root)
        if descriptor is not None:
            return descriptor
        if notice is not None and not told:
            notice(f"waiting for another build{_named(root)} of this project")
            told = True
        if time.monotonic() >= deadline:
            raise DiagnosticError(refusals.still_locked(_holder(root), wait))
        time.sleep(_PAUSE)


def _try(root: Path) -> int | None:
    try:
        make_state(root)
    except OSError as error:
        raise DiagnosticError(refusals.cannot_write(STATE, error)) from error
    try:
        descriptor = door.open_lock(root, LOCK)
    except OSError as error:
        raise DiagnosticError(refusals.cannot_write(LOCK, error)) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except OSError as error:
        os.close(descriptor)
        raise DiagnosticError(refusals.cannot_write(LOCK, error)) from error
    if not _is_at(root, descriptor):  # the state directory was removed meanwhile: lock the new file
        os.close(descriptor)
        return None
    with suppress(OSError):  # for the message of a waiting process; ignore a full disk
        os.truncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
    return descriptor


def _is_at(root: Path, descriptor: int) -> bool:
    try:
        return door.status(root, LOCK).st_ino == os.fstat(descriptor).st_ino
    except OSError:
        return False


def _holder(root: Path) -> str:
    try:
        text = door.read(root, LOCK, limit=20).content.decode("ascii", errors="replace")
    except OSError:
        return ""
    return text if text.isdigit() else ""


def _named(root: Path) -> str:
    holder = _holder(root)
    return f" (process {holder})" if holder else ""
