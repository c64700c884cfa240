"""A project on disk and ways to run commands on it."""

import io
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import ddms_compile
from ddms_compile.cli import main

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Ran:
    """What one command did."""

    code: int
    out: str
    err: str


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@dataclass(frozen=True)
class Project:
    """A project with the environments prod and staging."""

    root: Path
    cache: Path
    monkeypatch: pytest.MonkeyPatch

    def run(self, *arguments: str, terminal: bool = False) -> Ran:
        """Runs a command in this process, in the project's directory."""
        out, err = (Terminal(), Terminal()) if terminal else (io.StringIO(), io.StringIO())
        with self.monkeypatch.context() as patch:
            patch.chdir(self.root)
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            code = main(arguments)
        return Ran(code, out.getvalue(), err.getvalue())

    def start(self, *arguments: str, **options: Any) -> "subprocess.Popen[str]":
        """Starts a command in a process of its own."""
        command = [*self.command(), *arguments]
        started: subprocess.Popen[str] = subprocess.Popen(command, **self.process_options(), text=True, **options)
        return started

    def command(self) -> Sequence[str]:
        return (sys.executable, str(HERE / "driver.py"))

    def process_options(self) -> dict[str, Any]:
        source = str(Path(ddms_compile.__file__).parents[1])
        environ = {**os.environ, "PYTHONPATH": source, "XDG_CACHE_HOME": str(self.cache)}
        return {"cwd": self.root, "env": environ, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}

    @property
    def compilations(self) -> int:
        """How often the pipeline ran."""
        calls = self.cache / "ddms-compile/calls"
        return len(calls.read_text()) if calls.exists() else 0

    def put(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, encoding="utf-8")


Change = Callable[[Project], object]
