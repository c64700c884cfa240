"""Private folders: the cache, from which code is loaded, and temporary folders, in which Node runs.

A folder is private when only its owner, this user or root, can write to it or replace it; that must hold for every
directory above it too. In a directory with the sticky bit (`/tmp`) other users can create names, but not replace ours.
A group with this user as its only member counts as the user. OpenSSH has the same rule for `~/.ssh` (sshd_config,
StrictModes).
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
"""Name prefix of temporary folders."""
MARK = ".made-by-ddms-compile"
"""A marker file in each; a folder of that name without it is not ours and is never removed."""
_TRIES = 20


def private_folder(path: Path) -> Path | None:
    """Return the real path of a private folder, created when missing; None when that fails or it is not private."""
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
    """Return whether other users cannot replace entries of a directory, or, for the folder `itself`, add any."""
    if not stat.S_ISDIR(status.st_mode) or status.st_uid not in (0, os.geteuid()):
        return False
    return is_ours_to_write(status) or (not itself and bool(status.st_mode & stat.S_ISVTX))


def is_ours_to_write(status: os.stat_result) -> bool:
    """Return whether only this user, or root, can change a file or directory."""
    if status.st_uid not in (0, os.geteuid()) or status.st_mode & stat.S_IWOTH:
        return False
    return not status.st_mode & stat.S_IWGRP or _is_own_group(status.st_gid)


@cache
def _is_own_group(number: int) -> bool:
    """Return whether the group has the user's name and no other member (user private group of Debian and Fedora)."""
    import grp
    import pwd

    try:
        group, user = grp.getgrgid(number), pwd.getpwuid(os.geteuid())
    except KeyError:
        return False
    return group.gr_name == user.pw_name and user.pw_gid == number and set(group.gr_mem) <= {user.pw_name}


def is_inside(folder: Path, project: Path) -> bool:
    """Return whether a folder is in the project or its repository: then its content came with the branch."""
    for top in (project, *project.parents):
        if (top / ".git").exists():
            break
    else:
        top = project
    return Path(os.path.realpath(folder)).is_relative_to(os.path.realpath(top))


def temporary_folder() -> Path:
    """Return TMPDIR, unless other users can replace its entries. Raises OSError."""
    for candidate in (tempfile.gettempdir(), "/tmp", "/var/tmp"):  # noqa: S108 (looked at first)
        real = Path(os.path.realpath(candidate))
        with suppress(OSError):
            if all(_keeps_out(os.lstat(folder), itself=False) for folder in (real, *real.parents)):
                return real
    raise OSError(0, "there is no temporary folder that only you can write to")


def save_private(folder: Path, name: str, text: str) -> Path:
    """Write a new file that only this user can read; the `*` in `name` becomes a unique part. Raises OSError."""
    before, _, after = name.partition("*")
    descriptor, path = tempfile.mkstemp(prefix=before, suffix=after, dir=folder)
    with open(descriptor, "w", encoding="utf-8") as file:  # noqa: PTH123 (a descriptor has no Path)
        file.write(text)
    return Path(path)


class Scratch:
    """A temporary folder of this process, removed by `close`.

    A killed process leaves its folder behind without a lock; the next process removes it.
    """

    def __init__(self, home: Path | None) -> None:
        """Create the folder in `home` (a cache) if that is writable, else in the temporary folder. Raises OSError."""
        self._lock = -1
        kept = None if home is None else private_folder(home / "run")
        if kept is not None:
            with suppress(OSError):  # a read-only cache, or a file system without locks
                self.path, self._lock = _locked_folder(kept)
        if self._lock < 0:
            self.path, self._lock = _locked_folder(temporary_folder())

    def new_file(self, name: str) -> BinaryIO:
        """Create a file in the folder, for writing and reading."""
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(name, flags, 0o600, dir_fd=self._lock)
        return cast(BinaryIO, open(descriptor, "w+b", buffering=0))  # noqa: PTH123

    def close(self) -> None:
        """Remove the folder; idempotent."""
        if self._lock >= 0:
            shutil.rmtree(self.path, ignore_errors=True)
            os.close(self._lock)
            self._lock = -1


@contextmanager
def temporary() -> Iterator[Path]:
    """Yield a temporary folder, removed afterwards. Raises OSError."""
    scratch = Scratch(None)
    try:
        yield scratch.path
    finally:
        scratch.close()


def _locked_folder(base: Path) -> tuple[Path, int]:
    _sweep(base)
    for _ in range(_TRIES):
        path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=base))
        with suppress(OSError):  # another process swept it meanwhile
            descriptor = _lock(base, path.name)
            if descriptor is not None:
                door.create(path, MARK, b"")
                return path, descriptor
            path.rmdir()
    raise OSError(0, f"cannot create a temporary folder in {base}")


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
                door.remove_directory(base, name)  # empty: created just before the kill; fails for a foreign folder
        finally:
            os.close(descriptor)


def _lock(base: Path, name: str) -> int | None:
    """Return a descriptor that holds the lock of an own folder; None when another process has it or it is gone."""
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
    """Yield the paths in a private folder."""
    with suppress(OSError):
        yield from (folder / name for name, _ in door.names(folder, ""))
