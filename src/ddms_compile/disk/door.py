"""File operations relative to a root folder that the user named; no link is followed below it.

A repository, the working folder and the cache are untrusted: any name may be a link, a pipe or a device, and may become
one between a check and its use. So each directory of the path is opened from its parent (`openat` with O_NOFOLLOW), a
file is opened only when it is a regular file, checked again once it is open, and read up to a limit. Existing files are
never written to: new content gets a new file, which is renamed to the old name, so hard links to other files are
harmless.

All functions take `root`, the directory that the user named, and `path` below it with `/`. They raise OSError;
`Refused` when a part of the path has the wrong kind.
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

LIMIT = 64 * 1024 * 1024
"""Default limit of bytes of a file."""
MOST_NAMES = 1_000_000
"""Default limit of names in a directory: a thousand environments are staged as 70,000 files."""
DEEPEST = 64
"""Maximum number of components of a path."""

_OPEN = 0o777
"""Mode of new directories, before the umask."""
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_BELOW = _DIRECTORY | os.O_NOFOLLOW
# A pipe must not block, and a terminal must not become the controlling one, if one replaces the checked file.
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class FileKind(StrEnum):
    """The kind of a directory entry; the values are words for messages."""

    FILE = "a file"
    DIRECTORY = "a directory"
    LINK = "a symbolic link"
    PIPE = "a named pipe"
    SOCKET = "a socket"
    DEVICE = "a device"

    @classmethod
    def of(cls, mode: int) -> "FileKind":
        """Return the kind of a `st_mode`."""
        return _KINDS.get(stat.S_IFMT(mode), cls.DEVICE)


_KINDS = {
    stat.S_IFREG: FileKind.FILE,
    stat.S_IFDIR: FileKind.DIRECTORY,
    stat.S_IFLNK: FileKind.LINK,
    stat.S_IFIFO: FileKind.PIPE,
    stat.S_IFSOCK: FileKind.SOCKET,
}


class Refused(OSError):  # noqa: N818 (reads as a result)
    """`path` (relative to the root) was refused; `kind`: its kind, if that is the reason."""

    def __init__(self, path: str, reason: str, kind: FileKind | None = None) -> None:
        super().__init__(0, reason, path)
        self.path, self.kind = path, kind


class TooLarge(Refused):
    """A file exceeds the limit."""


@dataclass(frozen=True, slots=True)
class Read:
    """A regular file: its bytes, and its status when it was opened."""

    content: bytes
    status: os.stat_result


@contextmanager
def folder_of(root: Path, path: str, *, make: int | None = None) -> Iterator[tuple[int, str]]:
    """Yield a descriptor of the parent directory of `path`, and the last component.

    `make`: the mode of missing directories to create; None creates none.
    """
    *above, name = _steps(path)
    descriptor = os.open(root, _DIRECTORY)
    try:
        for number, step in enumerate(above):
            below = _descend(descriptor, step, "/".join(above[: number + 1]), make=make)
            os.close(descriptor)
            descriptor = below
        yield descriptor, name
    finally:
        os.close(descriptor)


@contextmanager
def folder(root: Path, path: str) -> Iterator[int]:
    """Yield a descriptor of the directory `path`; an empty path is the root."""
    if not path:
        descriptor = os.open(root, _DIRECTORY)
    else:
        with folder_of(root, path) as (above, name):
            descriptor = _descend(above, name, path, make=None)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def status(root: Path, path: str) -> os.stat_result:
    """Return the status of `path` itself (lstat). Raises FileNotFoundError."""
    with folder_of(root, path) as (above, name):
        return os.stat(name, dir_fd=above, follow_symlinks=False)


def kind(root: Path, path: str) -> FileKind | None:
    """Return the kind of `path`; None when it does not exist."""
    try:
        return FileKind.of(status(root, path).st_mode)
    except FileNotFoundError:
        return None


def link_target(root: Path, path: str) -> str | None:
    """Return the target of a symbolic link; None when `path` is none."""
    with suppress(OSError), folder_of(root, path) as (above, name):
        return os.readlink(name, dir_fd=above)
    return None


def read(root: Path, path: str, *, limit: int = LIMIT) -> Read:
    """Read a regular file of at most `limit` bytes. Raises `Refused` for other kinds and larger files."""
    with folder_of(root, path) as (above, name):
        descriptor = _open_regular(above, name, path, _READ)
    try:
        found = os.fstat(descriptor)
        content = _content(descriptor, min(found.st_size, limit) + 1, limit)
    finally:
        os.close(descriptor)
    if len(content) > limit:
        raise TooLarge(path, f"it is larger than {_size(limit)}")
    return Read(content, found)


def write(root: Path, path: str, content: bytes, *, durable: bool = False, private: bool = False) -> None:
    """Write a new file, which replaces a file, link or pipe of the name; creates missing directories.

    `durable`: fsync. `private`: readable by the owner only, as are created directories.
    """
    with folder_of(root, path, make=0o700 if private else _OPEN) as (above, name):
        with suppress(FileNotFoundError):
            os.unlink(name, dir_fd=above)
        _fill(os.open(name, _NEW, 0o600 if private else 0o666, dir_fd=above), content, durable=durable)


def create(root: Path, path: str, content: bytes) -> None:
    """Create a new file; creates missing directories. Raises FileExistsError."""
    with folder_of(root, path, make=_OPEN) as (above, name):
        _fill(os.open(name, _NEW, 0o666, dir_fd=above), content, durable=False)


def replace_with(root: Path, path: str, content: bytes) -> None:
    """Replace the content of `path` atomically, without fsync: for caches."""
    staged = f"{path}.new"
    try:
        write(root, staged, content)
        move(root, staged, path)
    except OSError:
        with suppress(OSError):
            remove(root, staged)
        raise


def move(root: Path, old: str, new: str) -> None:
    """Rename `old` to `new`, which replaces a file or link; creates missing directories."""
    with folder_of(root, old) as (source, name), folder_of(root, new, make=_OPEN) as (target, wanted):
        os.replace(name, wanted, src_dir_fd=source, dst_dir_fd=target)


def link(root: Path, old: str, new: str) -> None:
    """Create the hard link `new` to the regular file `old`."""
    with folder_of(root, old) as (source, name), folder_of(root, new) as (target, wanted):
        try:
            os.link(name, wanted, src_dir_fd=source, dst_dir_fd=target, follow_symlinks=False)
        except NotImplementedError as error:  # a system without linkat(2) that does not follow links
            raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP), new) from error


def remove(root: Path, path: str) -> None:
    """Remove a file, link or pipe, if it exists."""
    with suppress(FileNotFoundError), folder_of(root, path) as (above, name):
        os.unlink(name, dir_fd=above)


def make_directory(root: Path, path: str) -> None:
    """Create a directory and its parents, unless they exist."""
    with folder_of(root, f"{path}/x", make=_OPEN):
        pass


def remove_directory(root: Path, path: str) -> None:
    """Remove an empty directory."""
    with folder_of(root, path) as (above, name):
        os.rmdir(name, dir_fd=above)


def names(root: Path, path: str, *, most: int = MOST_NAMES) -> list[tuple[str, FileKind]]:
    """Return the entries of a directory, sorted. Raises `Refused` for more than `most` names."""
    with folder(root, path) as descriptor, os.scandir(descriptor) as entries:
        found: list[tuple[str, FileKind]] = []
        for entry in entries:
            if len(found) == most:
                raise Refused(path, f"it contains more than {most} entries")
            found.append((entry.name, _kind_of(entry)))
    return sorted(found)


def device(root: Path, path: str) -> int:
    """Return the device number of the innermost existing directory above `path`."""
    above = _steps(path)[:-1]
    for count in range(len(above), -1, -1):
        with suppress(FileNotFoundError, Refused), folder(root, "/".join(above[:count])) as descriptor:
            return os.fstat(descriptor).st_dev
    raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(root))


def sync(root: Path, path: str) -> None:
    """Fsync a directory; ignores file systems that do not support it."""
    with suppress(OSError), folder(root, path) as descriptor:
        os.fsync(descriptor)


def open_lock(root: Path, path: str) -> int:
    """Return a descriptor to lock, of a file without other hard links, created when missing."""
    flags = os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
    with folder_of(root, path, make=_OPEN) as (above, name):
        with suppress(FileExistsError):
            os.close(os.open(name, flags | os.O_CREAT | os.O_EXCL, 0o666, dir_fd=above))
        descriptor = _open_regular(above, name, path, flags)
        if os.fstat(descriptor).st_nlink > 1:  # a hard link to another file, into which we would write
            os.close(descriptor)
            os.unlink(name, dir_fd=above)
            descriptor = os.open(name, flags | os.O_CREAT | os.O_EXCL, 0o666, dir_fd=above)
    return descriptor


def _steps(path: str) -> list[str]:
    steps = path.split("/")
    if any(step in ("", ".", "..") or "\0" in step for step in steps):
        raise Refused(path, "it has an empty, `.` or `..` step")
    if len(steps) > DEEPEST:
        raise Refused("/".join(steps[:DEEPEST]), f"it is nested more than {DEEPEST} directories deep")
    return steps


def _descend(above: int, step: str, path: str, *, make: int | None) -> int:
    try:
        return os.open(step, _BELOW, dir_fd=above)
    except FileNotFoundError:
        if make is None:
            raise
    except OSError as error:
        if error.errno not in (errno.ENOTDIR, errno.ELOOP):
            raise
        raise _refused(above, step, path, "where a directory is expected") from error
    with suppress(FileExistsError):
        os.mkdir(step, make, dir_fd=above)
    return _descend(above, step, path, make=None)


def _open_regular(above: int, name: str, path: str, flags: int) -> int:
    """Open a regular file; check its kind before, since opening a device has effects, and after."""
    if not stat.S_ISREG(os.stat(name, dir_fd=above, follow_symlinks=False).st_mode):
        raise _refused(above, name, path, "where a file is expected")
    try:
        descriptor = os.open(name, flags, dir_fd=above)
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise
        raise _refused(above, name, path, "where a file is expected") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise _refused(above, name, path, "where a file is expected")
    return descriptor


def _refused(above: int, name: str, path: str, where: str) -> OSError:
    found = FileKind.of(os.stat(name, dir_fd=above, follow_symlinks=False).st_mode)
    return Refused(path, f"it is {found}, {where}", found)


def _fill(descriptor: int, content: bytes, *, durable: bool) -> None:
    with open(descriptor, "wb", buffering=0) as file:
        left = memoryview(content)
        while left:
            left = left[file.write(left) :]
        if durable:
            os.fsync(descriptor)


def _content(descriptor: int, first: int, limit: int) -> bytes:
    """Return the content; one read suffices, unless the file grows meanwhile."""
    content = os.read(descriptor, first)
    if len(content) < first:
        return content
    parts, size = [content], len(content)
    while size <= limit:
        more = os.read(descriptor, min(1 << 20, limit + 1 - size))
        if not more:
            break
        parts.append(more)
        size += len(more)
    return b"".join(parts)


def _kind_of(entry: "os.DirEntry[str]") -> FileKind:
    if entry.is_symlink():
        return FileKind.LINK
    if entry.is_file(follow_symlinks=False):
        return FileKind.FILE
    return FileKind.of(entry.stat(follow_symlinks=False).st_mode)


def _size(number: int) -> str:
    return f"{number >> 20} MiB" if number >= 1 << 20 else f"{number >> 10} KiB"
