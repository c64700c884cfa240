"""What a program that a build starts gets to see of ours: nothing of the user's changes what it does or writes.

Variables such as NODE_OPTIONS, NODE_PATH, JSII_RUNTIME and PYTHONPATH name code to run. A list of them would never be
whole, so the environment is made from nothing.
"""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


def surroundings(home: Path) -> dict[str, str]:
    """The environment of a Node process that works in the folder `home`."""
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
    """The environment of a Python process of ours, which gets `sys.path` by other means.

    PYTHONSAFEPATH: `python -c`, as which it is started, would import from the working directory first, and that is the
    user's repository (docs.python.org, Command line and environment, -P).
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
    """For libraries that hand the environment of the process to those that they start. It is as before afterwards."""
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(wanted)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
