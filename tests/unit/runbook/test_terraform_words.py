"""The options of Terraform that the runbook uses, held against the program."""

import subprocess
from pathlib import Path

import pytest

from fake_world.terraform import TAKEN
from oracles.terraform import terraform_command, unavailable

ROOT = Path(__file__).parents[3]
PLANS = {("apply", "-replace"), ("destroy", "-input")}
"""Without a plan these take what `plan` takes, and their help says so without a list."""


@pytest.mark.parametrize("command", TAKEN)
def test_terraform_lists_the_option(command: str) -> None:
    """What the fake program takes, the real one lists in its help."""
    program = terraform_command()
    if program is None:
        pytest.skip(f"UNCHECKED options of Terraform: {unavailable()}")
    for option in TAKEN[command]:
        asked = "plan" if (command, option) in PLANS else command
        words = [*program, *asked.split(), "-help"]
        done = subprocess.run(words, cwd=ROOT / "tests", capture_output=True, text=True, timeout=60, check=False)
        assert f"  {option}" in done.stdout, f"terraform {command} {option}: {done.stdout}{done.stderr}"
