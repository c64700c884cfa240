"""Find the project of a command."""

import os
from pathlib import Path

from ddms_compile.cli.usage import UsageError
from ddms_compile.diagnostics import DiagnosticError

FILE = "ddms.toml"


def find_project(directory: str) -> Path:
    """Return the nearest directory, from `directory` (relative to the working directory) upwards, with `ddms.toml`.

    Raises UsageError when `directory` does not exist, DiagnosticError (DDMS005) when there is no project.
    """
    start = _start(directory)
    for candidate in (start, *start.parents):
        if os.path.lexists(candidate / FILE):
            return candidate
    from ddms_compile.load.project import load_project  # reports the missing file

    raise DiagnosticError(*load_project(start)[1])


def _start(directory: str) -> Path:
    try:
        start = Path(directory).absolute()
    except FileNotFoundError:
        raise UsageError("the current directory does not exist any more") from None
    # `Path.is_dir` and `Path.resolve` raise for a name that is too long and a directory without search permission.
    if not os.path.isdir(start):  # noqa: PTH112
        raise UsageError(f"-C {directory}: no such directory")
    return Path(os.path.realpath(start))
