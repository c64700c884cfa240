"""Everything that decides what a build writes, as one hash: equal fingerprints, equal output.

Standard library only, and next to no parsing: a build with nothing to do must end before the compiler is even
imported. Whoever makes the compiler read one more file of the project adds it to `INPUT_FILES` or
`INPUT_TREES`; a test watches every file that a build opens.
"""

import os
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import ddms_compile
from ddms_compile.disk import door
from ddms_compile.disk.door import Read
from ddms_compile.disk.inputs import read_input

if TYPE_CHECKING:
    from hashlib import _Hash

INPUT_FILES = ("ddms.toml",)
INPUT_TREES = ("environments", "helm")
"""Folders that are read whole; the chart of the project is read too, wherever `project.chart` says it is."""
LARGEST = 64 * 1024 * 1024
"""Bytes of all inputs together; beyond that the compiler itself has to say what it thinks of it."""
PACKAGE = Path(ddms_compile.__file__).parent

_Stat = tuple[str, int, int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """`key`: hash of all ingredients (hex). `witness`: hash of the inputs' inodes, sizes and times.

    An input that is changed and changed back while a build runs gives the same key but another witness.
    """

    key: str
    witness: str


def fingerprint(
    root: Path,
    *,
    environments: Iterable[str],
    today: date,
    package: Path = PACKAGE,
    search: Iterable[str] | None = None,
) -> Fingerprint | None:
    """The fingerprint of building `environments` (none: all) of the project under `root`.

    None when an input cannot be read, or is no plain file: then only the compiler itself can say what is
    wrong. `package` is the compiler's own folder, `search` the folders that Python imports from.
    """
    key, witness = sha256(), sha256()
    try:
        for name, read in _inputs(root):
            _add(key, "input", name, str(len(read.content)))
            key.update(read.content)
            _add(witness, *map(str, _identity(name, read.status)))
        for folder in (package, *_charts_beside(package)):
            for own in _own_files(folder):
                _add(key, "own", *map(str, own))
    except OSError:
        return None
    for distribution in _distributions(sys.path if search is None else search):
        _add(key, "distribution", distribution)
    _add(key, "python", sys.version, sys.platform)
    _add(key, "today", today.isoformat())
    for name in sorted(set(environments)):
        _add(key, "environment", name)
    return Fingerprint(key=key.hexdigest(), witness=witness.hexdigest())


def inputs(root: Path) -> frozenset[str]:
    """The files of the project that belong to the fingerprint, relative to `root`. Raises OSError."""
    return frozenset(name for name, _read in _inputs(root))


def _add(hasher: "_Hash", *parts: str) -> None:
    """Adds parts so that no two lists of parts look alike."""
    for part in parts:
        data = os.fsencode(part)
        hasher.update(b"%d:" % len(data))
        hasher.update(data)


def _inputs(root: Path) -> Iterator[tuple[str, Read]]:
    """Input files, sorted within each tree. Raises OSError for anything that is no plain file."""
    left = LARGEST
    for name in _names(root):
        read = read_input(root, name, limit=left)
        left -= len(read.content)
        yield name, read


def _names(root: Path) -> Iterator[str]:
    yield from INPUT_FILES
    for tree in sorted({*INPUT_TREES, _chart(root)}):
        if door.kind(root, tree) is not None:
            yield from _files(root, tree)


def _chart(root: Path) -> str:
    """`project.chart`, which only ddms.toml can set. Raises OSError when the file is not TOML."""
    try:
        text = read_input(root, "ddms.toml", limit=LARGEST).content.decode("utf-8-sig")
        project = tomllib.loads(text).get("project")
    except (ValueError, RecursionError) as error:
        raise OSError("ddms.toml is not TOML") from error
    chart = project.get("chart") if isinstance(project, dict) else None
    return chart if isinstance(chart, str) and chart else INPUT_TREES[-1]


def _files(root: Path, folder: str) -> Iterator[str]:
    """Every file below `folder`. A link to a directory could lead anywhere: no fingerprint then."""
    for name, kind in door.names(root, folder):
        path = f"{folder}/{name}"
        if kind is not door.FileKind.DIRECTORY:
            yield path
        elif name != "__pycache__":
            yield from _files(root, path)


def _charts_beside(package: Path) -> Iterator[Path]:
    """The compiler's charts in a checkout; in an installed wheel they are in the package."""
    charts = package.parents[1] / "helm"
    if not (package / "charts").is_dir() and charts.is_dir():
        yield charts


def _own_files(package: Path, within: str = "") -> Iterator[_Stat]:
    """The compiler's own files. Their times stand for their content: the change time cannot be set back."""
    with os.scandir(package / within) as entries:
        ordered = sorted(entries, key=lambda entry: entry.name)
    for entry in ordered:
        name = f"{within}/{entry.name}" if within else entry.name
        if not entry.is_dir(follow_symlinks=False):
            yield _identity(name, entry.stat())
        elif entry.name != "__pycache__":
            yield from _own_files(package, name)


def _identity(name: str, status: os.stat_result) -> _Stat:
    return (name, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def _distributions(search: Iterable[str]) -> list[str]:
    """Names, versions and times of everything installed, read off the folders of `dist-info`."""
    found: set[str] = set()
    for folder in search:
        try:
            with os.scandir(folder or ".") as entries:
                installed = [e for e in entries if e.name.endswith((".dist-info", ".egg-info"))]
            found.update(f"{entry.name} {entry.stat().st_mtime_ns}" for entry in installed)
        except OSError:
            continue
    return sorted(found)
