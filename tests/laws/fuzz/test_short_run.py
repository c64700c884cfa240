"""The fuzzer, short; `make fuzz` runs it long."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]


@pytest.mark.parametrize("seed", ["a", "b"])
def test_hundreds_of_mutated_projects_are_diagnosed_or_harmless(seed: str) -> None:
    """Each of 600 inputs: no crash, no internal error, no hang, no secret in any output, nothing touched outside."""
    command = [sys.executable, "-m", "fuzz", "--seed", seed, "--cases", "600", "--workers", "1", "--keep", "0"]
    environ = {**os.environ, "PYTHONPATH": str(TESTS)}
    ran = subprocess.run(command, cwd=TESTS, env=environ, capture_output=True, text=True, timeout=500)
    assert ran.returncode == 0, ran.stdout + ran.stderr
