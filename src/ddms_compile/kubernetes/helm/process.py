"""Starts `child`, sends it requests, and ends it when it takes too long."""

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import IO, Any

SECONDS = 2
"""Of processor time for one rendering; ours take a fiftieth."""

PATIENCE = 60
"""Seconds on the clock: a template that waits uses no processor time."""

BYTES = 4 * 2**20
"""That a chart may make; ours make a hundredth."""

MEMORY = 2 * 2**30
"""Bytes of address space, of which Helm's runtime takes most and uses little."""

_CHILD = Path(__file__).with_name("child.py")


class HelmError(Exception):
    """Helm refused the values or a template failed; the message is Helm's own and names the key."""


class Helm:
    """Starts with the first question, and again with the next one after it was ended."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0

    def texts(self, chart: Path, values: Mapping[str, Any], *, name: str, namespace: str) -> dict[str, str]:
        """What each template makes, by its path in the chart. Raises HelmError."""
        process = self._running()
        asked = {"chart": str(chart.absolute()), "values": dict(values), "name": name, "namespace": namespace}
        try:
            stdin, stdout = _pipes(process)
            stdin.write(json.dumps(asked).encode() + b"\n")
            stdin.flush()
            said = json.loads(_line(stdout))
        except (OSError, ValueError, TimeoutError):
            raise HelmError(self._end()) from None
        except BaseException:
            self._end()  # an answer that nobody waits for must not be taken for the next one
            raise
        if "error" in said:
            raise HelmError(said["error"])
        texts: dict[str, str] = said["texts"]
        return texts

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is None or self._owner != os.getpid() or self._process.poll() is not None:
            command = [sys.executable, "-I", str(_CHILD), *map(str, (SECONDS, BYTES, MEMORY))]
            # No variable of the environment reaches a template, and no working directory.
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}, cwd="/"
            )
            self._owner = os.getpid()
        return self._process

    def _end(self) -> str:
        """Ends the process; why it gave no answer."""
        process, self._process = self._process, None
        if process is None:
            return "Helm is not running"
        late = process.poll() is None and not _ends_by_itself(process)
        process.kill()
        code = process.wait()
        for pipe in _pipes(process):
            pipe.close()
        if late or code == -signal.SIGXCPU:
            return f"its templates take more than {SECONDS} seconds: is there a loop without end?"
        return f"its templates need more memory than the {MEMORY // 2**30} GiB that they may have, or Helm has a bug"


@cache
def helm() -> Helm:
    """The one of this process: to start it takes longer than to render a chart."""
    return Helm()


def _pipes(process: "subprocess.Popen[bytes]") -> tuple[IO[bytes], IO[bytes]]:
    assert process.stdin is not None and process.stdout is not None
    return process.stdin, process.stdout


def _line(stream: IO[bytes]) -> bytes:
    """The answer. Raises TimeoutError, and ValueError when there is none or no end of it."""
    until = time.monotonic() + PATIENCE
    found = bytearray()
    while not found.endswith(b"\n"):
        if not select.select([stream], [], [], max(0.0, until - time.monotonic()))[0]:
            raise TimeoutError
        part = os.read(stream.fileno(), 1 << 16)
        found += part
        if not part or len(found) > 8 * BYTES:  # JSON takes six bytes for some characters
            raise ValueError("no answer")
    return bytes(found)


def _ends_by_itself(process: "subprocess.Popen[bytes]") -> bool:
    """A process that closed its end of the pipe is about to end."""
    try:
        process.wait(timeout=1)
    except subprocess.TimeoutExpired:
        return False
    return True
