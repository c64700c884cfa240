"""Folders that are nobody else's: the cache, from which code is loaded, and temporary folders, in which Node runs.

A folder is private when nobody but its owner, who is this user or root, can write in it or replace it: that holds for
it and for every directory above it. In a directory with the sticky bit (`/tmp`) others can make names, but not replace
ours. A group that is this user's alone is no other. OpenSSH asks the same of `~/.ssh` (sshd_config, StrictModes).
"""

import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import BinaryIO, cast

from ddms_compile.disk import door

PREFIX = "ddms-compile-scratch-"
"""Of temporary folders."""
MARK = ".made-by-ddms-compile"
"""A file in each, without which a folder of that name is somebody's, and nobody removes it."""
_TRIES = 20


def private_folder(path: Path) -> Path | None:
    """The real path of a private folder, made when it is missing; None when it cannot be made, or is not private."""
    try:
        real = Path(os.path.realpath(path))
        for folder in (*reversed(real.parents), real):
            if not folder.exists():
                folder.mkdir(mode=0o700)
            if not _keeps_out(os.lstat(folder), itself=folder == real):
                return None
    except (OSError, ValueError):
        return None
    return real


def _keeps_out(status: os.stat_result, *, itself: bool) -> bool:
    """Whether nobody else can replace what is in a directory, or, of the folder `itself`, put anything into it."""
    if not stat.S_ISDIR(status.st_mode) or status.st_uid not in (0, os.geteuid()):
        return False
    return is_ours_to_write(status) or (not itself and bool(status.st_mode & stat.S_ISVTX))


def is_ours_to_write(status: os.stat_result) -> bool:
    """Whether only this user, or root, can change a file or directory."""
    if status.st_uid not in (0, os.geteuid()) or status.st_mode & stat.S_IWOTH:
        return False
    return not status.st_mode & stat.S_IWGRP or _is_own_group(status.st_gid)


@cache
def _is_own_group(number: int) -> bool:
    """A group of the user's name with no other member, as Debian and Fedora give to each user."""
    import grp
    import pwd

    try:
        group, user = grp.getgrgid(number), pwd.getpwuid(os.geteuid())
    except KeyError:
        return False
    return group.gr_name == user.pw_name and user.pw_gid == number and set(group.gr_mem) <= {user.pw_name}


def is_inside(folder: Path, project: Path) -> bool:
    """Whether a folder is in the project, or in the repository around it: then its content came with the branch."""
    for top in (project, *project.parents):
        if (top / ".git").exists():
            break
    else:
        top = project
    return Path(os.path.realpath(folder)).is_relative_to(os.path.realpath(top))


def temporary_folder() -> Path:
    """Where temporary folders go: TMPDIR, unless others can replace what is in it. Raises OSError."""
    for candidate in (tempfile.gettempdir(), "/tmp", "/var/tmp"):  # noqa: S108 (looked at first)
        real = Path(os.path.realpath(candidate))
        with suppress(OSError):
            if all(_keeps_out(os.lstat(folder), itself=False) for folder in (real, *real.parents)):
                return real
    raise OSError(0, "there is no folder for temporary files that others cannot change")


def save_private(folder: Path, name: str, text: str) -> Path:
    """A new file that only this user can read; `name` has a star for what makes it new. Raises OSError."""
    before, _, after = name.partition("*")
    descriptor, path = tempfile.mkstemp(prefix=before, suffix=after, dir=folder)
    with open(descriptor, "w", encoding="utf-8") as file:  # noqa: PTH123 (a descriptor has no Path)
        file.write(text)
    return Path(path)


class Scratch:
    """A temporary folder of this process alone, which goes with `close`.

    A process that is killed leaves its own behind, and lets go of its lock: whoever makes the next one removes it.
    """

    def __init__(self, home: Path | None) -> None:
        """In `home` (a cache) if it can be written, and where temporary files go otherwise. Raises OSError."""
        self._lock = -1
        kept = None if home is None else private_folder(home / "run")
        if kept is not None:
            with suppress(OSError):  # a cache that can only be read, or a file system without locks
                self.path, self._lock = _locked_folder(kept)
        if self._lock < 0:
            self.path, self._lock = _locked_folder(temporary_folder())

    def new_file(self, name: str) -> BinaryIO:
        """A new file in it, to write and to read again."""
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(name, flags, 0o600, dir_fd=self._lock)
        return cast(BinaryIO, open(descriptor, "w+b", buffering=0))  # noqa: PTH123

    def close(self) -> None:
        """May be called twice."""
        if self._lock >= 0:
            shutil.rmtree(self.path, ignore_errors=True)
            os.close(self._lock)
            self._lock = -1


@contextmanager
def temporary() -> Iterator[Path]:
    """A temporary folder for a while. Raises OSError."""
    scratch = Scratch(None)
    try:
        yield scratch.path
    finally:
        scratch.close()


def _locked_folder(base: Path) -> tuple[Path, int]:
    _sweep(base)
    for _ in range(_TRIES):
        path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=base))
        with suppress(OSError):  # somebody who cleans up was faster
            descriptor = _lock(base, path.name)
            if descriptor is not None:
                door.create(path, MARK, b"")
                return path, descriptor
            path.rmdir()
    raise OSError(0, f"no temporary folder can be kept in {base}")


def _sweep(base: Path) -> None:
    with suppress(OSError):
        for name, kind in door.names(base, ""):
            if kind is door.FileKind.DIRECTORY and name.startswith(PREFIX):
                with suppress(OSError):
                    _remove_if_left(base, name)


def _remove_if_left(base: Path, name: str) -> None:
    descriptor = _lock(base, name)
    if descriptor is not None:
        try:
            if door.kind(base, f"{name}/{MARK}") is door.FileKind.FILE:
                shutil.rmtree(base / name, ignore_errors=True)
            else:
                door.remove_directory(base, name)  # it was made just before the kill, and is empty; or it is not ours
        finally:
            os.close(descriptor)


def _lock(base: Path, name: str) -> int | None:
    """A descriptor that holds the lock of a folder of ours; None when another process does, or it is gone."""
    with door.folder(base, "") as above:
        descriptor = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=above)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            here, there = os.fstat(descriptor), os.stat(name, dir_fd=above, follow_symlinks=False)
            if here.st_uid == os.geteuid() and here.st_ino == there.st_ino:
                return descriptor
        except OSError:
            pass
        os.close(descriptor)
    return None


def below(folder: Path) -> Iterator[Path]:
    """The names in a private folder."""
    with suppress(OSError):
        yield from (folder / name for name, _ in door.names(folder, ""))
