"""The same data give the same bytes, wherever and whenever they are compiled."""

import os
import subprocess
import sys
from pathlib import Path

from example_project import lay_out

SETTINGS = (
    {"PYTHONHASHSEED": "0", "LANG": "C", "LC_ALL": "C", "TZ": "UTC"},
    {"PYTHONHASHSEED": "4711", "LANG": "de_DE.UTF-8", "LC_ALL": "C.UTF-8", "TZ": "Pacific/Kiritimati"},
)


def _built(root: Path, cwd: Path, settings: dict[str, str]) -> dict[str, bytes]:
    """The files that `build` writes in a copy of the example project."""
    root.mkdir(parents=True)
    cwd.mkdir(parents=True)
    lay_out(root)
    command = [str(Path(sys.executable).with_name("ddms-compile")), "-C", str(root), "build"]
    done = subprocess.run(
        command, cwd=cwd, env={**os.environ, **settings}, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for folder in ("generated", ".github")
        for path in (root / folder).rglob("*")
        if path.is_file()
    }


def test_two_processes_write_the_same_bytes(tmp_path: Path) -> None:
    """Neither hash seed nor locale, time zone, working directory or the project's own place are in the output."""
    one, other = (
        _built(tmp_path / name / "project", tmp_path / name / "elsewhere", settings)
        for name, settings in zip(("a", "another place"), SETTINGS, strict=True)
    )
    assert len(one) > 50
    assert one == other
