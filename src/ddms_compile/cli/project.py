"""Find the project of a command."""

import os
import stat
from pathlib import Path

from ddms_compile.cli.usage import UsageError
from ddms_compile.diagnostics import DiagnosticError

FILE = "ddms.toml"


def find_project(directory: str) -> Path:
    """Return the nearest directory, from `directory` (relative to the working directory) upwards, with `ddms.toml`.

    Raises UsageError when `directory` does not exist, DiagnosticError when there is no project (DDMS005), or when one
    above `directory` may be under another user's control (DDMS513).
    """
    start = _start(directory)
    for candidate in (start, *start.parents):
        if os.path.lexists(candidate / FILE):
            reason = _stranger(start, candidate) if candidate != start else None
            if reason is not None:
                from ddms_compile.write.refusals import strange_project

                raise DiagnosticError(strange_project(f"{os.path.relpath(candidate, start)}/{FILE}", reason))
            return candidate
    from ddms_compile.load.project import load_project  # reports the missing file

    raise DiagnosticError(*load_project(start)[1])


def _stranger(start: Path, above: Path) -> str | None:
    """Return which other users could create a project `above`, but not change `start`; None without any.

    A command in `/tmp/work` must not take `/tmp/ddms.toml` for its project. Git's rule is the model (git-config,
    `safe.directory`); the owner of `start` is no stranger, so that a checkout of another user works in a container.
    """
    here, there, file = start.stat(), above.stat(), (above / FILE).lstat()
    if not {there.st_uid, file.st_uid} <= {0, os.geteuid(), here.st_uid}:
        return "it belongs to another user"
    if there.st_mode & ~here.st_mode & stat.S_IWOTH:
        return "every user may write in its directory"
    return None


def _start(directory: str) -> Path:
    try:
        start = Path(directory).absolute()
    except FileNotFoundError:
        raise UsageError("the current directory no longer exists") from None
    # `Path.is_dir` and `Path.resolve` raise for a name that is too long and a directory without search permission.
    if not os.path.isdir(start):  # noqa: PTH112
        raise UsageError(f"-C {directory}: no such directory")
    return Path(os.path.realpath(start))
