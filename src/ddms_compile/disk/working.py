"""The working folder `.ddms-compile/`: what it may be, and what may be in it.

It is on nobody's disk before a build makes it. So whatever comes with a repository, leads elsewhere, or lets in people
whom the project's own folder keeps out, was put there by somebody else, and no command believes it.
"""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ddms_compile.disk import door
from ddms_compile.disk.door import FileKind
from ddms_compile.disk.git_index import tracked

STATE = ".ddms-compile"
STAGE = f"{STATE}/stage"


@dataclass(frozen=True, slots=True)
class Distrust:
    """Why the working folder may not be used: what is wrong with `path`, as in `it is a symbolic link`."""

    path: str
    reason: str
    tracked: bool = False


def distrust(root: Path) -> Distrust | None:
    """What is wrong with the working folder; None when it may be used, or is not there. Raises OSError."""
    found = tracked(root, STATE)
    if found is not None:
        return Distrust(found, "it is tracked by git", tracked=True)
    try:
        status = door.status(root, STATE)
    except FileNotFoundError:
        return None
    if not stat.S_ISDIR(status.st_mode):
        return Distrust(STATE, f"it is {FileKind.of(status.st_mode)}, and no directory")
    reason = _stranger(root, status)
    if reason is not None:
        return Distrust(STATE, reason)
    return next(_strange(root), None)


def _stranger(root: Path, status: os.stat_result) -> str | None:
    """The working folder gives nobody a power that the project's folder does not give them."""
    with door.folder(root, "") as descriptor:
        project = os.fstat(descriptor)
    if status.st_uid not in (os.geteuid(), project.st_uid):
        return "it belongs to another user"
    more = stat.S_IMODE(status.st_mode) & ~stat.S_IMODE(project.st_mode)
    if more & stat.S_IWOTH:
        return "everybody may write in it"
    return None


def _strange(root: Path) -> Iterator[Distrust]:
    for name, kind in door.names(root, STATE):
        path = f"{STATE}/{name}"
        if kind is FileKind.DIRECTORY and path == STAGE:
            for staged, of in door.names(root, STAGE):
                if of is not FileKind.FILE:
                    yield Distrust(f"{STAGE}/{staged}", f"it is {of}, and no file")
        elif kind is not FileKind.FILE or path == STAGE:
            wanted = "directory" if path == STAGE else "file"
            yield Distrust(path, f"it is {kind}, and no {wanted}")
