"""The example project: what tests compile and read. The one at the root is its user's; no test depends on its data."""

import atexit
import functools
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

REPOSITORY = Path(__file__).parents[3]
DATA = Path(__file__).parent / "data"
"""The data alone: ddms.toml and environments/."""

FILES = tuple(sorted(path.relative_to(DATA).as_posix() for path in DATA.rglob("*.toml")))
"""The documents, relative to `DATA`."""


@functools.cache
def built() -> Path:
    """The data, the repository's charts, and what a build makes of both: once in a process, and to be read only."""
    folder = Path(tempfile.mkdtemp(prefix="example-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    lay_out(folder)
    done = subprocess.run(
        [*_program(), "-C", folder, "--quiet", "build"], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    return folder


def lay_out(folder: Path) -> None:
    """The data, the charts and the application's source in a folder, before any build."""
    shutil.copytree(DATA, folder, dirs_exist_ok=True)
    for name in ("helm", "examples"):
        shutil.copytree(REPOSITORY / name, folder / name, ignore=shutil.ignore_patterns("node_modules"))


def _program() -> list[str]:
    """The compiler of this Python; that of `make build` where tests have an environment of their own."""
    if find_spec("ddms_compile") is not None:
        return [sys.executable, "-m", "ddms_compile"]
    return [str(REPOSITORY / ".venv/bin/ddms-compile")]
