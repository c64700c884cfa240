"""What is on disk at a path that we own or want, without ever following a symbolic link."""

import os
import stat
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from ddms_compile.diagnostics import DiagnosticError
from ddms_compile.write import refusals
from ddms_compile.write.paths import parents

Stamp = tuple[int, int, int, int]


class Kind(StrEnum):
    """What a path is. `BLOCKED`: a directory above it is no real directory."""

    ABSENT = "absent"
    FILE = "file"
    DIRECTORY = "a directory"
    LINK = "a symbolic link"
    OTHER = "not a regular file"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A look at one path. `content` and `stamp` (inode, size, mtime, ctime) are of files only.

    `blocker` is the path that blocks a `BLOCKED` one, and `what` says in words what stands there.
    """

    kind: Kind
    content: bytes | None = None
    stamp: Stamp | None = None
    blocker: str = ""
    what: str = ""

    @property
    def digest(self) -> str | None:
        """SHA-256 of a file in hexadecimal."""
        return None if self.content is None else digest(self.content)


class Tree:
    """Looks at one project; remembers which directories are real, so a path costs one or two system calls."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._directories: dict[str, Found | None] = {}

    def look(self, path: str) -> Found:
        """What is at `path`. Raises DiagnosticError (DDMS505) when it is there but cannot be read."""
        for parent in parents(path):
            blocked = self._blocked(parent)
            if blocked is not None:
                return blocked
        try:
            status = (self.root / path).lstat()
            if stat.S_ISREG(status.st_mode):
                return Found(kind=Kind.FILE, content=(self.root / path).read_bytes(), stamp=stamp_of(status))
        except FileNotFoundError:
            return Found(kind=Kind.ABSENT)
        except OSError as error:
            raise DiagnosticError(refusals.cannot_read(path, error)) from error
        return Found(kind=_kind(status.st_mode))

    def stamp(self, path: str) -> Stamp | None:
        """A cheap witness that a file is still the one that `look` read; None when it is no file."""
        try:
            status = (self.root / path).lstat()
        except OSError:
            return None
        return stamp_of(status) if stat.S_ISREG(status.st_mode) else None

    def files_below(self, path: str) -> tuple[str, ...]:
        """Everything under the directory `path` that is no real directory, or an empty one, sorted."""
        found: list[str] = []
        for entry in sorted((self.root / path).iterdir()):
            child = f"{path}/{entry.name}"
            if entry.is_dir() and not entry.is_symlink():
                found.extend(self.files_below(child) or (child,))
            else:
                found.append(child)
        return tuple(found)

    def _blocked(self, parent: str) -> Found | None:
        if parent not in self._directories:
            self._directories[parent] = self._look_at_directory(parent)
        return self._directories[parent]

    def _look_at_directory(self, parent: str) -> Found | None:
        try:
            mode = (self.root / parent).lstat().st_mode
        except FileNotFoundError:
            return Found(kind=Kind.ABSENT)
        except OSError as error:
            raise DiagnosticError(refusals.cannot_read(parent, error)) from error
        if stat.S_ISDIR(mode):
            return None
        kind = _kind(mode)
        what = "a file" if kind is Kind.FILE else kind.value
        return Found(kind=Kind.BLOCKED, blocker=parent, what=f"{what}, where a directory is needed")


def digest(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return sha256(content).hexdigest()


def stamp_of(status: os.stat_result) -> Stamp:
    """Inode, size, modification and change time in nanoseconds."""
    return (status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def _kind(mode: int) -> Kind:
    if stat.S_ISREG(mode):
        return Kind.FILE
    if stat.S_ISDIR(mode):
        return Kind.DIRECTORY
    return Kind.LINK if stat.S_ISLNK(mode) else Kind.OTHER
