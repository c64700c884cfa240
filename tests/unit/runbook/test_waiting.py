"""A wait of the runbook ends: at what it waits for, at an error, or after a while."""

import re
import subprocess
from pathlib import Path

import pytest

from example_project import built

ROOT = Path(__file__).parents[3]
AWS = """#!/bin/sh
echo "$*" >> "$LOG"
case "$*" in
*describe-db-instances*) echo "An error occurred ($ANSWER) when calling DescribeDBInstances" >&2; exit 254 ;;
*"wait db-instance-available"*) exit 255 ;;
esac
"""


@pytest.mark.parametrize(
    ("answer", "looks"), [("AccessDenied", 1), ("ExpiredToken", 1), ("DBInstanceNotFound", 60)], ids=str
)
def test_the_flip_stops_where_the_database_cannot_be_seen(tmp_path: Path, answer: str, looks: int) -> None:
    """An error ends the wait at once, an absent database after a while, and the second renaming is not begun."""
    text = (built() / "generated/prod/RUNBOOK.md").read_text("utf-8")
    block = next(found for found in re.findall(r"```bash\n(.*?)```", text, re.DOTALL) if "rename() {" in found)
    for name, content in (("aws", AWS), ("sleep", "#!/bin/sh\n")):
        (tmp_path / name).write_text(content, "utf-8")
        (tmp_path / name).chmod(0o755)
    log = tmp_path / "log"
    script = block[block.index("rename() {") :]
    ran = subprocess.run(
        ["bash", "-uo", "pipefail", "-c", script],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin", "LOG": str(log), "ANSWER": answer},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    asked = log.read_text("utf-8")
    assert ran.returncode != 0
    assert asked.count("describe-db-instances") == looks
    assert asked.count("modify-db-instance") == 1


def test_no_wait_of_the_runbook_is_without_an_end() -> None:
    """No command is repeated until it succeeds, for whatever reason it fails."""
    text = (built() / "generated/prod/RUNBOOK.md").read_text("utf-8")
    assert re.findall(r"(?m)^\s*(?:until|while)\b.*", text) == []
