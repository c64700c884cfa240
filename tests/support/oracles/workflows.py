"""Workflows as GitHub and its critics see them: the schema, actionlint (with shellcheck), zizmor at its strictest."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from oracles.problem import Problem

LABELS = Path(__file__).parents[3] / ".github" / "actionlint.yaml"
"""Of self-hosted runners, which actionlint cannot know."""

TOOLS = ("actionlint", "check-jsonschema", "shellcheck", "zizmor")


def unavailable() -> str | None:
    """Why nothing can be asked, or None."""
    missing = [tool for tool in TOOLS if _program(tool) is None]
    return f"not installed: {', '.join(missing)}" if missing else None


def problems(workflow: str, config: Path | None = None) -> list[Problem]:
    """What they object to in a workflow. `config`: zizmor's, with what is waived and why."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ".github" / "workflows" / "ci-cd.yml"
        path.parent.mkdir(parents=True)
        path.write_text(workflow, "utf-8")
        waived = [f"--config={config}"] if config else ["--no-config"]
        return [
            *_ask("check-jsonschema", "--builtin-schema=vendor.github-workflows", str(path)),
            *_ask(
                "actionlint", "-no-color", f"-config-file={LABELS}", f"-shellcheck={_program('shellcheck')}", str(path)
            ),
            *_ask("zizmor", "--offline", "--persona=auditor", "--no-progress", "--color=never", *waived, str(path)),
        ]


def _ask(tool: str, *arguments: str) -> list[Problem]:
    program = _program(tool)
    assert program is not None, unavailable()
    answer = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=120, check=False)
    return [] if answer.returncode == 0 else [Problem(tool, answer.stdout + answer.stderr)]


def _program(tool: str) -> str | None:
    beside = Path(sys.executable).with_name(tool)
    return str(beside) if beside.exists() else shutil.which(tool)
