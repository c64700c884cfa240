"""What is on disk at a path that we own or want, without ever following a symbolic link."""

import os
import stat
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from ddms_compile.diagnostics import DiagnosticError
from ddms_compile.disk import door
from ddms_compile.write import refusals

Stamp = tuple[int, int, int, int]


class PathKind(StrEnum):
    """What a path is. `BLOCKED`: a directory above it is no real directory."""

    ABSENT = "absent"
    FILE = "file"
    DIRECTORY = "a directory"
    LINK = "a symbolic link"
    OTHER = "not a regular file"
    BLOCKED = "blocked"


_KINDS = {door.FileKind.DIRECTORY: PathKind.DIRECTORY, door.FileKind.LINK: PathKind.LINK}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A look at one path. `content` and `stamp` (inode, size, mtime, ctime) are of files only.

    `blocker` is the path that blocks a `BLOCKED` one; `what` says in words what stands there.
    """

    kind: PathKind
    content: bytes | None = None
    stamp: Stamp | None = None
    blocker: str = ""
    what: str = ""

    @property
    def digest(self) -> str | None:
        """SHA-256 of a file in hexadecimal."""
        return None if self.content is None else digest(self.content)


class FileTree:
    """Looks at one project."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def look(self, path: str) -> Found:
        """What is at `path`. Raises DiagnosticError (DDMS505) when it is there but cannot be read."""
        try:
            read = door.read(self.root, path)
        except FileNotFoundError:
            return Found(kind=PathKind.ABSENT)
        except door.Refused as refused:
            if refused.kind is None:
                raise DiagnosticError(refusals.cannot_read(path, refused)) from refused
            if refused.path != path:
                what = f"{refused.kind}, where a directory is expected"
                return Found(kind=PathKind.BLOCKED, blocker=refused.path, what=what)
            return Found(kind=_KINDS.get(refused.kind, PathKind.OTHER), what=refused.kind)
        except OSError as error:
            raise DiagnosticError(refusals.cannot_read(path, error)) from error
        return Found(kind=PathKind.FILE, content=read.content, stamp=stamp_of(read.status))

    def stamp(self, path: str) -> Stamp | None:
        """A cheap witness that a file is still the one that `look` read; None when it is no file."""
        try:
            status = door.status(self.root, path)
        except OSError:
            return None
        return stamp_of(status) if stat.S_ISREG(status.st_mode) else None

    def files_below(self, path: str) -> tuple[str, ...]:
        """Everything under the directory `path` that is no real directory, or an empty one, sorted.

        Raises DiagnosticError (DDMS505) when it cannot be listed.
        """
        found: list[str] = []
        try:
            listed = door.names(self.root, path)
        except OSError as error:
            raise DiagnosticError(refusals.cannot_read(path, error)) from error
        for name, kind in listed:
            child = f"{path}/{name}"
            below = self.files_below(child) if kind is door.FileKind.DIRECTORY else ()
            found.extend(below or (child,))
        return tuple(found)


def digest(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return sha256(content).hexdigest()


def stamp_of(status: os.stat_result) -> Stamp:
    """Inode, size, modification and change time in nanoseconds."""
    return (status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
