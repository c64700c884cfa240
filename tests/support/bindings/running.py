"""Runs the probe."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SOURCE = HERE.parents[2] / "src"


def start(cache: Path, *, mode: str = "slim", ending: str = "quiet") -> "subprocess.Popen[str]":
    temporary = cache.parent / "tmp"
    temporary.mkdir(exist_ok=True)
    environment = {
        **os.environ,
        "PYTHONPATH": str(SOURCE),
        "PYTHONDONTWRITEBYTECODE": "1",
        "TMPDIR": str(temporary),
    }
    command = [sys.executable, str(HERE / "probe.py"), str(cache), mode, ending]
    return subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=cache.parent
    )


def result(process: "subprocess.Popen[str]", code: int = 0) -> tuple[dict[str, Any], str]:
    """What the probe printed, and what it said."""
    out, said = process.communicate(timeout=300)
    assert process.returncode == code, said
    return json.loads(out), said


def run(cache: Path, *, mode: str = "slim", ending: str = "quiet", code: int = 0) -> tuple[dict[str, Any], str]:
    return result(start(cache, mode=mode, ending=ending), code)
