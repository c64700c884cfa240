"""The state of paths on disk, without following symbolic links."""

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
    """The kind of a path. `BLOCKED`: a parent is no real directory."""

    ABSENT = "absent"
    FILE = "file"
    DIRECTORY = "a directory"
    LINK = "a symbolic link"
    OTHER = "not a regular file"
    BLOCKED = "blocked"


_KINDS = {door.FileKind.DIRECTORY: PathKind.DIRECTORY, door.FileKind.LINK: PathKind.LINK}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The state of one path. `content` and `stamp` (inode, size, mtime, ctime): of files only.

    `blocker`: the parent that blocks a `BLOCKED` path; `what`: its kind in words.
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
    """Reads the paths of one project."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def look(self, path: str) -> Found:
        """Return the state of `path`. Raises DiagnosticError (DDMS505) when it exists but cannot be read."""
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
        """Return the stamp of a file, which changes with its content; None when it is no file."""
        try:
            status = door.status(self.root, path)
        except OSError:
            return None
        return stamp_of(status) if stat.S_ISREG(status.st_mode) else None

    def files_below(self, path: str) -> tuple[str, ...]:
        """Return all files and empty directories under the directory `path`, sorted.

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
    """Return the SHA-256 in hexadecimal."""
    return sha256(content).hexdigest()


def stamp_of(status: os.stat_result) -> Stamp:
    """Return inode, size, mtime and ctime in nanoseconds."""
    return (status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
