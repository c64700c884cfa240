"""The project at the root belongs to its user: whatever its data are, what is committed follows from them."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_what_is_committed_follows_from_the_data() -> None:
    """`build --check` finds nothing stale. No other test reads this project's data."""
    command: list[Path | str] = [Path(sys.executable).with_name("ddms-compile"), "-C", ROOT, "build", "--check"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
