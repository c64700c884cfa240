"""Directories around a project with canaries in them: whatever else changes was touched."""

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fuzz import entries
from fuzz.entries import Files

CANARIES = {
    "victim/kept.txt": "victim",
    "victim/deep/kept.txt": "victim",
    "home/.bashrc": "home",
    "home/.ssh/id_ed25519": "home",
    "work/beside/kept.txt": "beside",
    "work/kept.txt": "above",
    "work/generated/kept.txt": "beside",
    "kept.txt": "above",
}

Picture = Mapping[str, tuple[int, ...]]
"""Each path with its mode, and of files the inode, size and times."""


@dataclass(frozen=True, slots=True)
class Sandbox:
    """`top` holds it all: the project two levels down, a home, a cache, a folder for temporary files."""

    top: Path

    @property
    def project(self) -> Path:
        return self.top / "work/project"

    @property
    def cache(self) -> Path:
        return self.top / "cache"

    @property
    def temp(self) -> Path:
        return self.top / "temp"

    @property
    def environ(self) -> dict[str, str]:
        """All that a command sees of its surroundings."""
        return {
            "PATH": os.defpath,
            "HOME": str(self.top / "home"),
            "XDG_CACHE_HOME": str(self.cache),
            "TMPDIR": str(self.temp),
            "LANG": "C",
        }

    def make(self) -> None:
        """The directories and the canaries, anew; the cache stays."""
        for name in ("victim", "home", "work", "temp"):
            entries.remove(self.top / name)
        for folder in (self.cache, self.temp):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o700)
        for path, text in CANARIES.items():
            (self.top / path).parent.mkdir(parents=True, exist_ok=True)
            (self.top / path).write_text(text, "utf-8")

    def put(self, files: Files) -> None:
        """The project, anew."""
        entries.write(self.project, files)

    def outside(self) -> Picture:
        """Everything but the project and the cache. Temporary files count: none may stay."""
        found: dict[str, tuple[int, ...]] = {}
        for name in sorted(os.listdir(self.top)):  # noqa: PTH208
            if name != "cache":
                _picture(str(self.top / name), name, found, leave_out=str(self.project))
        return found

    def inside(self) -> Picture:
        """Everything in the project."""
        found: dict[str, tuple[int, ...]] = {}
        if self.project.is_dir():
            _picture(str(self.project), "", found)
        return found


def differences(before: Picture, after: Picture) -> list[str]:
    """The paths that are not as they were, sorted."""
    return sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))


def _picture(path: str, name: str, found: dict[str, tuple[int, ...]], leave_out: str = "") -> None:
    status = os.lstat(path)
    if not stat.S_ISDIR(status.st_mode):
        found[name] = (status.st_mode, status.st_ino, status.st_size, status.st_mtime_ns)
        return
    found[f"{name}/"] = (status.st_mode,)
    if path == leave_out or not status.st_mode & stat.S_IRUSR:
        return
    try:
        children = os.listdir(path)  # noqa: PTH208
    except OSError:
        return
    for child in children:
        _picture(f"{path}/{child}", f"{name}/{child}" if name else child, found, leave_out)
