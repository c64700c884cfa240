"""The environment variables of child processes: independent of the user's.

Variables such as NODE_OPTIONS, NODE_PATH, JSII_RUNTIME and PYTHONPATH name code to run. A denylist would be incomplete,
so the environment is built from scratch.
"""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


def surroundings(home: Path) -> dict[str, str]:
    """Return the environment of a Node process with the working folder `home`."""
    return {
        "HOME": str(home),
        "TMPDIR": str(home),
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "JSII_RUNTIME_PACKAGE_CACHE": "disabled",
        "CDKTF_OUTDIR": str(home / "cdktf.out"),
        "CDKTF_DISABLE_PLUGIN_CACHE_ENV": "1",
    }


def python_surroundings() -> dict[str, str]:
    """Return the environment of a Python child process, which gets `sys.path` by other means.

    PYTHONSAFEPATH: `python -c` would import from the working directory first, which is the user's repository
    (docs.python.org, Command line and environment, -P).
    """
    return {
        "HOME": os.devnull,
        "TMPDIR": tempfile.gettempdir(),
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "PYTHONSAFEPATH": "1",
    }


@contextmanager
def surrounded(wanted: Mapping[str, str]) -> Iterator[None]:
    """Replace the process environment for a while, for libraries that pass it to their child processes."""
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(wanted)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
