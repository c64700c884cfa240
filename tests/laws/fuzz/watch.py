"""An audit hook: every file that is opened, made, renamed or removed, every program started, every connection.

Paths are resolved before the operating system follows them, so a link shows where it leads. `os.open` is wrapped
because its audit event leaves out the directory that a path is relative to.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_ONE_PATH = {
    "os.remove": 1,
    "os.rmdir": 1,
    "os.mkdir": 2,
    "os.chmod": 2,
    "os.chown": 3,
    "os.utime": 3,
    "os.truncate": -1,
}
"""Events that change the path of their first argument, and where their directory descriptor is."""
_TWO_PATHS = ("os.rename", "os.link")
_STARTING = (
    "subprocess.Popen",
    "os.posix_spawn",
    "os.exec",
    "os.spawn",
    "os.system",
    "os.fork",
    "os.forkpty",
    "pty.spawn",
)
_SPEAKING = (
    "socket.connect",
    "socket.bind",
    "socket.getaddrinfo",
    "socket.gethostbyname",
    "socket.sendto",
    "urllib.Request",
)


@dataclass(frozen=True, slots=True)
class Event:
    """What was done; `what`: a real path, a program, or an address."""

    kind: Literal["read", "write", "start", "connect"]
    what: str


class Watch:
    """One for a process: an audit hook cannot be taken away."""

    def __init__(self) -> None:
        self._events: list[Event] | None = None
        self._busy = False
        self._open = os.open
        os.open = self._opened
        sys.addaudithook(self._hook)

    @contextmanager
    def recording(self) -> Iterator[list[Event]]:
        """The events of what happens inside, in this process, in any thread."""
        events: list[Event] = []
        self._events = events
        try:
            yield events
        finally:
            self._events = None

    def _opened(self, path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        if dir_fd is None or self._events is None:
            return self._open(path, flags, mode, dir_fd=dir_fd)
        self._note_open(path, flags, dir_fd)
        events, self._events = self._events, None
        try:
            return self._open(path, flags, mode, dir_fd=dir_fd)
        finally:
            self._events = events

    def _hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self._events is None or self._busy:
            return
        self._busy = True
        try:
            self._note(event, arguments)
        finally:
            self._busy = False

    def _note(self, event: str, arguments: tuple[Any, ...]) -> None:
        assert self._events is not None
        if event == "open":
            self._note_open(arguments[0], arguments[2] if isinstance(arguments[2], int) else 0, None)
        elif event in _ONE_PATH:
            place = _ONE_PATH[event]
            self._write(arguments[0], arguments[place] if 0 < place < len(arguments) else -1)
        elif event in _TWO_PATHS:
            self._write(arguments[0], arguments[2])
            self._write(arguments[1], arguments[3])
        elif event == "os.symlink":
            self._write(arguments[1], arguments[2])
        elif event in _STARTING:
            self._events.append(Event("start", str(arguments[0]) if arguments else event))
        elif event in _SPEAKING:
            self._events.append(Event("connect", f"{event} {arguments[1:]}"))

    def _note_open(self, path: Any, flags: int, dir_fd: int | None) -> None:
        if self._events is None or isinstance(path, int):
            return
        kind: Literal["read", "write"] = "write" if flags & _WRITING else "read"
        follows = not flags & (os.O_NOFOLLOW | os.O_EXCL)
        self._events.append(Event(kind, _real(path, -1 if dir_fd is None else dir_fd, last=follows)))

    def _write(self, path: Any, dir_fd: Any) -> None:
        if self._events is not None and not isinstance(path, int):
            self._events.append(Event("write", _real(path, dir_fd if isinstance(dir_fd, int) else -1, last=False)))


def _real(path: Any, dir_fd: int, *, last: bool) -> str:
    """The path with its links followed, its last step only if `last`."""
    try:
        text = os.fsdecode(path)
        if dir_fd >= 0 and not text.startswith("/"):
            text = f"{os.readlink(f'/proc/self/fd/{dir_fd}')}/{text}"  # noqa: PTH115
        if last:
            return os.path.realpath(text)
        head, tail = os.path.split(text)
        return os.path.join(os.path.realpath(head), tail)  # noqa: PTH118
    except (OSError, ValueError):
        return str(path)
