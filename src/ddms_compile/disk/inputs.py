"""Project files, read up to a limit; links must stay inside the project.

A link inside the project may share a file between environments. A link to the outside, or to state of git and of builds
(`.git/config` may hold the token of a checkout), would leak that file in a message or an artifact.
"""

import os
import unicodedata
from pathlib import Path

from ddms_compile.disk import door
from ddms_compile.disk.door import FileKind, Read, Refused
from ddms_compile.disk.working import STATE

MOST_NAMES = 20_000
"""Maximum number of names in a directory of the project."""
_CLOSED = (".git", STATE)


def read_input(root: Path, path: str, *, limit: int) -> Read:
    """Read a regular file of at most `limit` bytes. Raises OSError."""
    return door.read(root, _plain(root, path), limit=limit)


def input_names(root: Path, path: str) -> list[tuple[str, FileKind]]:
    """Return the entries of a directory, sorted. Raises OSError."""
    return door.names(root, _plain(root, path), most=MOST_NAMES)


def input_kind(root: Path, path: str) -> FileKind | None:
    """Return the kind of `path`, or of its link's target; None for a dangling link. Raises OSError."""
    try:
        return door.kind(root, _plain(root, path))
    except FileNotFoundError:
        return None


def _plain(root: Path, path: str) -> str:
    """Return the path with links resolved, for `door`."""
    try:
        if door.kind(root, path) is not FileKind.LINK:
            return path
    except Refused as refused:
        if refused.kind is not FileKind.LINK:
            raise
    top, real = os.path.realpath(root), os.path.realpath(root / path, strict=True)
    if os.path.commonpath((top, real)) != top:
        raise Refused(path, "it points outside the project")
    plain = os.path.relpath(real, top).replace(os.sep, "/")
    for step in map(_folded, plain.split("/")):
        if step in _CLOSED:
            raise Refused(path, f"it points into {step}")
    return plain


def _folded(step: str) -> str:
    """A name as macOS compares it: `.GIT` and a `.git` with an invisible character in it are `.git` there."""
    return "".join(char for char in step.casefold() if unicodedata.category(char) != "Cf")
