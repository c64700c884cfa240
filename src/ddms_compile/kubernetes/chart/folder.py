"""Check of a chart's folder: files and folders only.

Helm follows links when it loads a chart, and templates can read every file of it (`.Files`): a link would copy a file
from elsewhere to `generated/`. Helm also blocks on named pipes.
"""

from pathlib import Path

from ddms_compile.disk import door

MOST_FILES = 2000
MOST_BYTES = 20 * 2**20
"""Limit of a chart: Helm stores each release in a Kubernetes Secret, which holds one mebibyte."""


def problem(root: Path, chart: str) -> str | None:
    """Return the problem with the folder `chart` of the project under `root`; None when it can be rendered."""
    try:
        if door.kind(root, f"{chart}/Chart.yaml") is not door.FileKind.FILE:
            return f"there is no file {chart}/Chart.yaml"
        return _problem_below(root, chart)
    except door.Refused as error:
        return f"{error.path} is {error.kind.value}" if error.kind is not None else f"{error.path}: {error.strerror}"
    except OSError as error:
        return f"{error.filename or chart}: {error.strerror}"


def _problem_below(root: Path, chart: str) -> str | None:
    folders, count, size = [chart], 0, 0
    while folders:
        folder = folders.pop()
        for name, kind in door.names(root, folder):
            path = f"{folder}/{name}"
            if kind is door.FileKind.DIRECTORY:
                folders.append(path)
            elif kind is not door.FileKind.FILE:
                return f"{path} is {kind.value}; a chart may contain only regular files"
            else:
                count, size = count + 1, size + door.status(root, path).st_size
            if count > MOST_FILES or size > MOST_BYTES:
                return f"the folder contains more than {MOST_FILES} files or {MOST_BYTES // 2**20} MiB"
    return None
