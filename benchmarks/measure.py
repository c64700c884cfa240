"""Time and memory of a command with all its children, as a whole process."""

import os
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

INTERVAL = 0.004
"""Seconds between two looks at the memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One command. Seconds of the wall clock; the largest sum of the processes' resident memory, in MB."""

    seconds: float
    megabytes: float


def measure(command: Sequence[str], *, runs: int, directory: Path, environ: dict[str, str] | None = None) -> Measured:
    """The median of several runs. Raises RuntimeError when the command fails."""
    found = [_once(command, directory, environ) for _ in range(runs)]
    return Measured(seconds=median(m.seconds for m in found), megabytes=median(m.megabytes for m in found))


def _once(command: Sequence[str], directory: Path, environ: dict[str, str] | None) -> Measured:
    start = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=directory,
        # Compiled modules are kept, as everywhere but in a shell that forbids it.
        env={k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"} | (environ or {}),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    peak = _Peak(process.pid)
    peak.start()
    _, errors = process.communicate()
    seconds = time.perf_counter() - start
    peak.stop()
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} failed:\n{errors.decode()}")
    return Measured(seconds=seconds, megabytes=peak.megabytes)


class _Peak(threading.Thread):
    """Watches a process and its children."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid, self._over = pid, threading.Event()
        self.megabytes = 0.0

    def run(self) -> None:
        while not self._over.wait(INTERVAL):
            self.megabytes = max(self.megabytes, resident(self._pid))

    def stop(self) -> None:
        self._over.set()
        self.join()


def family(pid: int) -> list[int]:
    """The process and all that it started."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return [pid]
    return [pid, *(found for child in children for found in family(int(child)))]


def resident(pid: int) -> float:
    """What the process and its children have in memory, in MB; a shared page is divided among those who share it."""
    return sum(_resident(member) for member in family(pid))


def _resident(pid: int) -> float:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    except (OSError, ValueError):
        pass
    return 0.0
