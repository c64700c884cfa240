"""The paths that the compiler may own.

A manifest or a journal may be edited, so its paths are checked as any input: nothing outside these paths is written or
deleted.
"""

import unicodedata
from collections.abc import Iterable

MANIFEST = "generated/manifest.json"
OWNED_TREE = "generated/"
OWNED_FILES = (".github/workflows/ci-cd.yml",)


def problem(path: str) -> str | None:
    """Return why `path` (relative to the project root, with `/`) cannot be owned; None when it can."""
    if not path or path.startswith("/") or path[1:2] == ":":
        return "it is not a relative path"
    if any(step in ("", ".", "..") for step in path.split("/")):
        return "it has an empty, `.` or `..` step"
    if "\\" in path or any(unicodedata.category(char).startswith("C") for char in path):
        return "it has a backslash or a control character"
    if not path.startswith(OWNED_TREE) and path not in OWNED_FILES:
        return "it is outside generated/"
    if path == MANIFEST:
        return "it is the manifest itself"
    return None


def parents(path: str) -> tuple[str, ...]:
    """Return the directories above `path`, outermost first: `a/b/c` has `a` and `a/b`."""
    steps = path.split("/")
    return tuple("/".join(steps[:count]) for count in range(1, len(steps)))


def collisions(paths: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return pairs of paths that cannot both exist on every file system, sorted.

    Names that differ only in case or in Unicode normal form are one file on macOS and Windows; a path cannot also be
    a directory of another path.
    """
    seen: dict[str, str] = {}
    found: list[tuple[str, str]] = []
    ordered = sorted(paths)
    for path in ordered:
        first = seen.setdefault(_folded(path), path)
        if first != path:
            found.append((first, path))
    for path in ordered:
        found.extend((seen[_folded(up)], path) for up in parents(path) if _folded(up) in seen)
    return tuple(found)


def _folded(path: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())
