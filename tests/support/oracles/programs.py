"""Helm and kubectl as `make tools` unpacks them, at the versions that the compiler is tested with."""

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TOOLS = Path(__file__).parents[3] / ".cache" / "tools"


def helm() -> str:
    """Path of the `helm` program."""
    return _program("helm")


def kubectl() -> str:
    """Path of the `kubectl` program."""
    return _program("kubectl")


def _program(name: str) -> str:
    """The unpacked program. One is packaged for x86-64 on Linux only: elsewhere that of the machine is taken."""
    if (sys.platform, platform.machine()) == ("linux", "x86_64"):
        path = TOOLS / name / name
        if not os.access(path, os.X_OK):
            pytest.fail(f"there is no {name} in .cache/tools: run `make tools`")
        return str(path)
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"UNCHECKED by {name}: no program is packaged for this machine, and none is installed")
    return found


def output(*command: str, text: str = "") -> str:
    """What a program prints; its complaint is the error."""
    done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, f"{Path(command[0]).name} {command[1]}: {done.stderr[-3000:]}"
    return done.stdout
