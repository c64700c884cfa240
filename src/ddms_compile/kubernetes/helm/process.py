"""Start `child`, send it requests, and kill it after a timeout."""

import json
import os
import select
import signal
import subprocess
import sys
import time
from functools import cache
from pathlib import Path
from typing import IO

from ddms_compile.tree import PlainTable

SECONDS = 2
"""CPU seconds for one rendering; ours take a fiftieth."""

PATIENCE = 60
"""Wall-clock seconds: a template that sleeps uses no CPU time."""

BYTES = 4 * 2**20
"""Maximum bytes that a chart may render; ours render a hundredth."""

MEMORY = 2 * 2**30
"""Bytes of address space, of which Go's runtime reserves most and uses little."""

_CHILD = Path(__file__).with_name("child.py")


class HelmError(Exception):
    """Helm rejected the values or a template failed; the message is Helm's and names the key."""


class Helm:
    """The Helm process, started at the first request, and again after it was killed."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0

    def texts(self, chart: Path, values: PlainTable, *, name: str, namespace: str) -> dict[str, str]:
        """Return the output of each template, by its path in the chart. Raises HelmError."""
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
            self._end()  # a late answer must not be read as the next one
            raise
        if "error" in said:
            raise HelmError(said["error"])
        texts: dict[str, str] = said["texts"]
        return texts

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is None or self._owner != os.getpid() or self._process.poll() is not None:
            command = [sys.executable, "-I", str(_CHILD), *map(str, (SECONDS, BYTES, MEMORY))]
            # Hide environment variables and the working directory from templates.
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}, cwd="/"
            )
            self._owner = os.getpid()
        return self._process

    def _end(self) -> str:
        """Kill the process; return why it gave no answer."""
        process, self._process = self._process, None
        if process is None:
            return "Helm is not running"
        late = process.poll() is None and not _ends_by_itself(process)
        process.kill()
        code = process.wait()
        for pipe in _pipes(process):
            pipe.close()
        if late or code == -signal.SIGXCPU:
            return f"its templates take more than {SECONDS} seconds to render: is there an infinite loop?"
        return f"its templates need more memory than the limit of {MEMORY // 2**30} GiB, or Helm crashed"


@cache
def helm() -> Helm:
    """Return the shared Helm process: its start takes longer than a rendering."""
    return Helm()


def _pipes(process: "subprocess.Popen[bytes]") -> tuple[IO[bytes], IO[bytes]]:
    assert process.stdin is not None and process.stdout is not None
    return process.stdin, process.stdout


def _line(stream: IO[bytes]) -> bytes:
    """Return the answer. Raises TimeoutError, and ValueError for a missing or endless answer."""
    until = time.monotonic() + PATIENCE
    found = bytearray()
    while not found.endswith(b"\n"):
        if not select.select([stream], [], [], max(0.0, until - time.monotonic()))[0]:
            raise TimeoutError
        part = os.read(stream.fileno(), 1 << 16)
        found += part
        if not part or len(found) > 8 * BYTES:  # JSON escapes take up to six bytes per character
            raise ValueError("no answer")
    return bytes(found)


def _ends_by_itself(process: "subprocess.Popen[bytes]") -> bool:
    """Return whether the process exits shortly, after it closed its end of the pipe."""
    try:
        process.wait(timeout=1)
    except subprocess.TimeoutExpired:
        return False
    return True
