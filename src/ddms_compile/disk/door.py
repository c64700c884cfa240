"""The one door to the disk: every path is relative to a folder that the user named, and no link is followed below it.

A repository, the working folder and the cache are other people's: any name in them may be a link, a pipe or a device,
and may become one between two looks. So each directory on the way is opened from the one above it (`openat` with
O_NOFOLLOW), a file is opened only when it is a regular one, is looked at again once it is open, and is read no further
than a limit. Nothing is ever written into a file that was there: new content gets a new file, which takes the name of
the old one. Hard links to files elsewhere are harmless for that reason.

All functions take `root`, a directory as the user named it, and `path` below it with `/`. They raise OSError; `Refused`
when something on the way is not what it must be.
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
"""Bytes of the largest file that is read, if nothing smaller is asked for."""
MOST_NAMES = 1_000_000
"""Names in one directory, if nothing smaller is asked for: a thousand environments are staged as 70,000."""
DEEPEST = 64
"""Steps of one path."""

_OPEN = 0o777
"""Mode of new directories, less the umask."""
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_BELOW = _DIRECTORY | os.O_NOFOLLOW
# A pipe must not block, and a terminal must not become ours, should one take the place of the file that we looked at.
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class FileKind(StrEnum):
    """What a name in a directory stands for; the values are words for a message."""

    FILE = "a file"
    DIRECTORY = "a directory"
    LINK = "a symbolic link"
    PIPE = "a named pipe"
    SOCKET = "a socket"
    DEVICE = "a device"

    @classmethod
    def of(cls, mode: int) -> "FileKind":
        """Of a mode as `stat` gives it."""
        return _KINDS.get(stat.S_IFMT(mode), cls.DEVICE)


_KINDS = {
    stat.S_IFREG: FileKind.FILE,
    stat.S_IFDIR: FileKind.DIRECTORY,
    stat.S_IFLNK: FileKind.LINK,
    stat.S_IFIFO: FileKind.PIPE,
    stat.S_IFSOCK: FileKind.SOCKET,
}


class Refused(OSError):  # noqa: N818 (it is what the door did)
    """`path` (relative to the root) is not what it must be; `kind` is what it is, if that is why."""

    def __init__(self, path: str, reason: str, kind: FileKind | None = None) -> None:
        super().__init__(0, reason, path)
        self.path, self.kind = path, kind


class TooLarge(Refused):
    """A file has more bytes than anybody wants to read."""


@dataclass(frozen=True, slots=True)
class Read:
    """A regular file: its bytes, and its status when it was opened."""

    content: bytes
    status: os.stat_result


@contextmanager
def folder_of(root: Path, path: str, *, make: int | None = None) -> Iterator[tuple[int, str]]:
    """A descriptor of the directory that holds `path`, and its last step.

    `make`: the mode of directories that are missing; without one they are not made.
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
    """A descriptor of the directory `path`; an empty one is the root."""
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
    """Of what stands at `path` itself. FileNotFoundError when nothing does."""
    with folder_of(root, path) as (above, name):
        return os.stat(name, dir_fd=above, follow_symlinks=False)


def kind(root: Path, path: str) -> FileKind | None:
    """What stands at `path`; None when nothing does."""
    try:
        return FileKind.of(status(root, path).st_mode)
    except FileNotFoundError:
        return None


def link_target(root: Path, path: str) -> str | None:
    """What a symbolic link says; None when `path` is none."""
    with suppress(OSError), folder_of(root, path) as (above, name):
        return os.readlink(name, dir_fd=above)
    return None


def read(root: Path, path: str, *, limit: int = LIMIT) -> Read:
    """A regular file of at most `limit` bytes; `Refused` when it is anything else, or larger."""
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
    """A new file, in the place of whatever file, link or pipe has the name; missing directories are made.

    `durable`: wait until the disk has it. `private`: nobody else may read it, or list a directory that is made.
    """
    with folder_of(root, path, make=0o700 if private else _OPEN) as (above, name):
        with suppress(FileNotFoundError):
            os.unlink(name, dir_fd=above)
        _fill(os.open(name, _NEW, 0o600 if private else 0o666, dir_fd=above), content, durable=durable)


def create(root: Path, path: str, content: bytes) -> None:
    """A new file where nothing is; FileExistsError when something is there. Missing directories are made."""
    with folder_of(root, path, make=_OPEN) as (above, name):
        _fill(os.open(name, _NEW, 0o666, dir_fd=above), content, durable=False)


def replace_with(root: Path, path: str, content: bytes) -> None:
    """The file `path` with new content, whole at every moment. Not waited for: a cache."""
    staged = f"{path}.new"
    try:
        write(root, staged, content)
        move(root, staged, path)
    except OSError:
        with suppress(OSError):
            remove(root, staged)
        raise


def move(root: Path, old: str, new: str) -> None:
    """`old` takes the place of `new`, whatever file or link that is. Missing directories are made."""
    with folder_of(root, old) as (source, name), folder_of(root, new, make=_OPEN) as (target, wanted):
        os.replace(name, wanted, src_dir_fd=source, dst_dir_fd=target)


def link(root: Path, old: str, new: str) -> None:
    """`new` is another name of the regular file `old`."""
    with folder_of(root, old) as (source, name), folder_of(root, new) as (target, wanted):
        try:
            os.link(name, wanted, src_dir_fd=source, dst_dir_fd=target, follow_symlinks=False)
        except NotImplementedError as error:  # a system that can only make links to what a link leads to
            raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP), new) from error


def remove(root: Path, path: str) -> None:
    """A file, link or pipe goes; one that is not there is no error."""
    with suppress(FileNotFoundError), folder_of(root, path) as (above, name):
        os.unlink(name, dir_fd=above)


def make_directory(root: Path, path: str) -> None:
    """A directory, and those above it; one that is there is no error."""
    with folder_of(root, f"{path}/x", make=_OPEN):
        pass


def remove_directory(root: Path, path: str) -> None:
    """An empty directory goes."""
    with folder_of(root, path) as (above, name):
        os.rmdir(name, dir_fd=above)


def names(root: Path, path: str, *, most: int = MOST_NAMES) -> list[tuple[str, FileKind]]:
    """What a directory holds, sorted. `Refused` when that is more than `most` names."""
    with folder(root, path) as descriptor, os.scandir(descriptor) as entries:
        found: list[tuple[str, FileKind]] = []
        for entry in entries:
            if len(found) == most:
                raise Refused(path, f"it holds more than {most} names")
            found.append((entry.name, _kind_of(entry)))
    return sorted(found)


def device(root: Path, path: str) -> int:
    """The file system of the innermost directory above `path` that is there."""
    above = _steps(path)[:-1]
    for count in range(len(above), -1, -1):
        with suppress(FileNotFoundError, Refused), folder(root, "/".join(above[:count])) as descriptor:
            return os.fstat(descriptor).st_dev
    raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(root))


def sync(root: Path, path: str) -> None:
    """Waits until the disk has the names in a directory. Some file systems cannot say: that is no error."""
    with suppress(OSError), folder(root, path) as descriptor:
        os.fsync(descriptor)


def open_lock(root: Path, path: str) -> int:
    """A descriptor to lock, of a file that is made when it is missing and that has no other name."""
    flags = os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
    with folder_of(root, path, make=_OPEN) as (above, name):
        with suppress(FileExistsError):
            os.close(os.open(name, flags | os.O_CREAT | os.O_EXCL, 0o666, dir_fd=above))
        descriptor = _open_regular(above, name, path, flags)
        if os.fstat(descriptor).st_nlink > 1:  # a file elsewhere, which others hold and which we would write into
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
        raise _refused(above, step, path, "where a directory is needed") from error
    with suppress(FileExistsError):
        os.mkdir(step, make, dir_fd=above)
    return _descend(above, step, path, make=None)


def _open_regular(above: int, name: str, path: str, flags: int) -> int:
    """Opening a device or the end of a pipe can already do something: look first, and once more when it is open."""
    if not stat.S_ISREG(os.stat(name, dir_fd=above, follow_symlinks=False).st_mode):
        raise _refused(above, name, path, "where a file is needed")
    try:
        descriptor = os.open(name, flags, dir_fd=above)
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise
        raise _refused(above, name, path, "where a file is needed") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise _refused(above, name, path, "where a file is needed")
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
    """One read takes it all, unless the file grows meanwhile."""
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
