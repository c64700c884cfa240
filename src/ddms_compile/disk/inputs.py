"""What users write, read with care: it is a file of the project, wherever a link leads, and it has an end.

A link inside the project is somebody's way to share a file. One that leads out of it, or into what git and builds keep
for themselves (`.git/config` holds the token of a checkout), would show a stranger's file in a message or an artifact.
"""

import os
from pathlib import Path

from ddms_compile.disk import door
from ddms_compile.disk.door import FileKind, Read, Refused
from ddms_compile.disk.working import STATE

MOST_NAMES = 20_000
"""In one directory of data: nobody wrote more."""
_CLOSED = (".git", STATE)


def read_input(root: Path, path: str, *, limit: int) -> Read:
    """A regular file of at most `limit` bytes. Raises OSError."""
    return door.read(root, _plain(root, path), limit=limit)


def input_names(root: Path, path: str) -> list[tuple[str, FileKind]]:
    """What a directory holds, sorted. Raises OSError."""
    return door.names(root, _plain(root, path), most=MOST_NAMES)


def input_kind(root: Path, path: str) -> FileKind | None:
    """What `path` is, or leads to; None when it leads nowhere. Raises OSError."""
    try:
        return door.kind(root, _plain(root, path))
    except FileNotFoundError:
        return None


def _plain(root: Path, path: str) -> str:
    """The same file, by a way without links, which the door takes."""
    try:
        if door.kind(root, path) is not FileKind.LINK:
            return path
    except Refused as refused:
        if refused.kind is not FileKind.LINK:
            raise
    top, real = os.path.realpath(root), os.path.realpath(root / path, strict=True)
    if os.path.commonpath((top, real)) != top:
        raise Refused(path, "it leads out of the project")
    plain = os.path.relpath(real, top).replace(os.sep, "/")
    for closed in _CLOSED:
        if closed in plain.split("/"):
            raise Refused(path, f"it leads into {closed}")
    return plain
