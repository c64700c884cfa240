"""Commands of the documents, run as a reader runs them, on a fixed day."""

import contextlib
import datetime
import gc
import io
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from unittest import mock

from ddms_compile.cli import context
from ddms_compile.cli.dispatch import dispatch

TODAY = datetime.datetime(2026, 12, 1, 12, tzinfo=datetime.UTC)
"""The day of the documents: ends of support and dates of waivers follow from it."""


class _Clock(datetime.datetime):
    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> "_Clock":
        return cls.fromtimestamp(TODAY.timestamp(), tz)


def ddms_compile(arguments: list[str], folder: Path) -> str:
    """What the program prints in a folder, standard output and standard error as a terminal mixes them."""
    terminal = io.StringIO()
    threshold = gc.get_threshold()
    variables = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "CDKTF_OUTDIR")}
    with (
        contextlib.chdir(folder),
        contextlib.redirect_stdout(terminal),
        contextlib.redirect_stderr(terminal),
        mock.patch.object(context, "datetime", _Clock),
        mock.patch.dict(os.environ, variables | {"COLUMNS": "100"}, clear=True),
    ):
        try:
            dispatch(arguments, lambda: False)
        except SystemExit as help_shown:
            assert not help_shown.code
        finally:
            gc.set_threshold(*threshold)
    return terminal.getvalue()


class Shell:
    """A reader's terminal: it keeps the folder between commands."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, command: str) -> str:
        """What one command prints."""
        words = shlex.split(command)
        if words[0] == "cd":
            self.folder = self.folder / words[1]
            return ""
        if words[0] == "ddms-compile" and not re.search(r"[|<>;&$]", command):
            return ddms_compile(words[1:], self.folder)
        done = subprocess.run(
            ["bash", "-ec", command],
            cwd=self.folder,
            env={
                "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
                "HOME": str(self.folder),
                "LC_ALL": "C.UTF-8",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, f"{command}: {done.stdout}"
        return done.stdout
