"""What the fuzzer found once. A case is a file in `regressions/`; adding a file adds a case."""

import json
import os
import subprocess
import sys
from pathlib import Path

from fuzz.case import from_text

HERE = Path(__file__).parent
FILES = sorted((HERE / "regressions").glob("*.json"))


def test_what_was_found_once_is_not_found_again() -> None:
    """Each kept case ends with a diagnostic or in success, within its time, and touches nothing that is not its own."""
    assert FILES
    command = [sys.executable, "-m", "fuzz", "--file", *map(str, FILES)]
    environ = {**os.environ, "PYTHONPATH": str(HERE.parent)}
    ran = subprocess.run(command, cwd=HERE.parent, env=environ, capture_output=True, text=True, timeout=400)
    reports = [json.loads(line) for line in ran.stdout.splitlines() if line.startswith("{")]
    found = {report["file"]: report["findings"] for report in reports if report.get("findings")}
    assert found == {}, found
    assert [report["file"] for report in reports if "findings" in report] == [file.name for file in FILES], ran.stderr


def test_each_kept_case_says_what_it_is_about() -> None:
    """A kept case has a law, the finding of that day or a sentence, and can be read."""
    for file in FILES:
        assert json.loads(file.read_text("utf-8"))["law"], file.name
        assert from_text(file.read_text("utf-8")).arguments, file.name
