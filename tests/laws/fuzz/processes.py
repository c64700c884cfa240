"""The installed program in a process of its own, in a sandbox, with surroundings that a test spoils."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from fuzz.sandbox import Sandbox, differences

PROGRAM = Path(sys.executable).parent / "ddms-compile"
"""The console script, as users run it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a process did. `output`: both streams; `outside`: what is not as it was around the project."""

    code: int
    output: str
    outside: list[str]
    internal: bool

    @property
    def clean(self) -> bool:
        """Ended as a command may end, and touched nothing."""
        ended = self.code in (0, 1, 2, 3) and "Traceback" not in self.output
        return ended and not self.internal and not self.outside


def run(
    sandbox: Sandbox,
    *arguments: str | bytes,
    command: tuple[str, ...] = (str(PROGRAM),),
    environ: Mapping[str, str] | None = None,
    before: Callable[[], object] | None = None,
    cwd: Path | None = None,
) -> Outcome:
    """One command in the project's folder. `before`: called in the new process; `environ`: more than the sandbox's."""
    picture = sandbox.outside()
    ran = subprocess.run(
        [*command, *arguments],
        cwd=cwd or sandbox.project,
        # Under a limit of file sizes Python would keep half of its own compiled files, for everybody.
        env={**sandbox.environ, "PYTHONDONTWRITEBYTECODE": "1", **(environ or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        preexec_fn=before,
        timeout=300,
    )
    outside = [path for path in differences(picture, sandbox.outside()) if "internal-error" not in path]
    output = (ran.stdout + ran.stderr).decode("utf-8", "replace")
    return Outcome(ran.returncode, output, outside, "internal error" in output)
