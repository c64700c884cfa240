"""A hash of everything that determines the output of a build: equal fingerprints, equal output.

Standard library only, with almost no parsing, so that an unchanged build ends before it imports the compiler.
Add every new input file of the compiler to `INPUT_FILES` or `INPUT_TREES`; a test records all files that a build
opens.
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
"""Folders of inputs; the folder of `project.chart` is one too."""
LARGEST = 64 * 1024 * 1024
"""Maximum bytes of all inputs together; larger ones are left to the compiler's diagnostics."""
PACKAGE = Path(ddms_compile.__file__).parent

_Stat = tuple[str, int, int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """`key`: hash of all ingredients (hex). `witness`: hash of the inputs' inodes, sizes and times.

    An input that is changed and reverted during a build has the same key but another witness.
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
    """Return the fingerprint of building `environments` (none: all) of the project under `root`.

    None when an input is unreadable or no regular file, which the compiler reports. `package`: the compiler's
    own folder; `search`: the import path.
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
    """Return the input files of the project, relative to `root`. Raises OSError."""
    return frozenset(name for name, _read in _inputs(root))


def _add(hasher: "_Hash", *parts: str) -> None:
    """Add parts to the hash unambiguously."""
    for part in parts:
        data = os.fsencode(part)
        hasher.update(b"%d:" % len(data))
        hasher.update(data)


def _inputs(root: Path) -> Iterator[tuple[str, Read]]:
    """Yield input files, sorted within each tree. Raises OSError for other kinds than regular files."""
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
    """Return `project.chart` of ddms.toml. Raises OSError when the file is not TOML."""
    try:
        text = read_input(root, "ddms.toml", limit=LARGEST).content.decode("utf-8-sig")
        project = tomllib.loads(text).get("project")
    except (ValueError, RecursionError) as error:
        raise OSError("ddms.toml is not TOML") from error
    chart = project.get("chart") if isinstance(project, dict) else None
    return chart if isinstance(chart, str) and chart else INPUT_TREES[-1]


def _files(root: Path, folder: str) -> Iterator[str]:
    """Yield every file below `folder`. Raises OSError for a link to a directory."""
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
    """Yield the compiler's own files by their times: ctime cannot be set back."""
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
    """Return names, versions and times of installed distributions, from their `dist-info` folders."""
    found: set[str] = set()
    for folder in search:
        try:
            with os.scandir(folder or ".") as entries:
                installed = [e for e in entries if e.name.endswith((".dist-info", ".egg-info"))]
            found.update(f"{entry.name} {entry.stat().st_mtime_ns}" for entry in installed)
        except OSError:
            continue
    return sorted(found)
