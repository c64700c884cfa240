"""Trust in the working folder `.ddms-compile/`.

Builds create it locally. A folder that is tracked by git, is a link, or is writable for users who cannot write to the
project came from elsewhere, and commands refuse it.
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
    """Why the working folder is not trusted: the problem with `path`, such as `it is a symbolic link`."""

    path: str
    reason: str
    tracked: bool = False


def distrust(root: Path) -> Distrust | None:
    """Return the problem with the working folder; None when it is trusted or absent. Raises OSError."""
    found = tracked(root, STATE)
    if found is not None:
        return Distrust(found, "git tracks it", tracked=True)
    try:
        status = door.status(root, STATE)
    except FileNotFoundError:
        return None
    if not stat.S_ISDIR(status.st_mode):
        return Distrust(STATE, f"it is {FileKind.of(status.st_mode)}, not a directory")
    reason = _stranger(root, status)
    if reason is not None:
        return Distrust(STATE, reason)
    return next(_strange(root), None)


def _stranger(root: Path, status: os.stat_result) -> str | None:
    """Return the problem when the working folder is writable for users who cannot write to the project."""
    with door.folder(root, "") as descriptor:
        project = os.fstat(descriptor)
    if status.st_uid not in (os.geteuid(), project.st_uid):
        return "it belongs to another user"
    more = stat.S_IMODE(status.st_mode) & ~stat.S_IMODE(project.st_mode)
    if more & stat.S_IWOTH:
        return "everyone can write to it"
    return None


def _strange(root: Path) -> Iterator[Distrust]:
    for name, kind in door.names(root, STATE):
        path = f"{STATE}/{name}"
        if kind is FileKind.DIRECTORY and path == STAGE:
            for staged, of in door.names(root, STAGE):
                if of is not FileKind.FILE:
                    yield Distrust(f"{STAGE}/{staged}", f"it is {of}, not a file")
        elif kind is not FileKind.FILE or path == STAGE:
            wanted = FileKind.DIRECTORY if path == STAGE else FileKind.FILE
            yield Distrust(path, f"it is {kind}, not {wanted}")
