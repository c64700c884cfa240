"""Worker processes that run ranges of cases, and a watchdog that ends the one that hangs."""

import json
import os
import selectors
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
CPU_SECONDS = 8.0
"""Of one case in a worker, beyond which nobody waits for its end."""
IDLE_SECONDS = 30.0
"""Without any work of the processor: it waits for something that does not come."""
BATCH = 250
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class Tally:
    """What came of a run. `findings`: the numbers of the cases with each kind of finding."""

    say: Callable[[str], None]
    cases: int = 0
    exits: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    commands: Counter[str] = field(default_factory=Counter)
    findings: dict[str, list[int]] = field(default_factory=dict)
    slowest: float = 0.0

    def add(self, number: int, report: dict[str, Any]) -> None:
        """One case that ended by itself."""
        self.cases += 1
        self.exits[str(report["exit"])] += 1
        self.commands[str(report["command"])] += 1
        self.codes.update(report["codes"])
        self.slowest = max(self.slowest, float(report["cpu"]))
        for finding in report["findings"]:
            self.find(finding, number)

    def find(self, finding: str, number: int) -> None:
        """One finding; the first of its kind is told at once, since a run may take long."""
        if finding not in self.findings:
            self.say(f"case {number}: {finding}")
        self.findings.setdefault(finding, []).append(number)


class _Worker:
    """One process, and the case that it is at."""

    def __init__(self, seed: str, ranges: list[tuple[int, int]], top: Path) -> None:
        self._seed, self._ranges, self._top = seed, ranges, top
        self.at, self.end = ranges.pop(0) if ranges else (0, 0)
        self.process: subprocess.Popen[bytes] | None = None
        self._cpu, self._since, self._last, self.ready, self.rest = 0.0, 0.0, 0.0, False, b""
        if self.at < self.end:
            self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "fuzz", "--worker", str(self._top), "--seed", self._seed]
        more = os.environ.get("PYTHONPATH", "")
        environ = {**os.environ, "PYTHONPATH": f"{HERE.parent}{os.pathsep}{more}" if more else str(HERE.parent)}
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environ, cwd=HERE.parent
        )
        self.ready, self.rest = False, b""
        self._send()

    def _send(self) -> None:
        assert self.process is not None and self.process.stdin is not None
        self.process.stdin.write(f"{self.at} {self.end}\n".encode())
        self.process.stdin.flush()
        self.mark()

    def mark(self) -> None:
        """A case begins."""
        self._cpu = self._last = self._used()
        self._since = time.monotonic()

    def next(self) -> bool:
        """The next range; False when there is none, and the process is ended."""
        if self.at >= self.end:
            if not self._ranges:
                self.stop()
                return False
            self.at, self.end = self._ranges.pop(0)
        self._send()
        return True

    def hangs(self) -> bool:
        """Whether the case at hand has used or waited too long."""
        used = self._used()
        if used != self._last:
            self._last, self._since = used, time.monotonic()
        limit = CPU_SECONDS if self.ready else 60.0
        return used - self._cpu > limit or time.monotonic() - self._since > IDLE_SECONDS

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def _used(self) -> float:
        """Seconds of the processor, of the process and of the children that it waited for."""
        try:
            assert self.process is not None
            fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
            return (int(fields[11]) + int(fields[12])) / _TICKS
        except (OSError, IndexError, AssertionError):
            return 0.0


def run(seed: str, cases: range, workers: int, top: Path, say: Callable[[str], None]) -> Tally:
    """All cases, in ranges, by so many workers. `say` gets a line now and then."""
    tally = Tally(say)
    ranges = [(start, min(start + BATCH, cases.stop)) for start in range(cases.start, cases.stop, BATCH)]
    selector = selectors.DefaultSelector()
    running = [_Worker(seed, ranges, top / f"worker-{number}") for number in range(workers)]
    for worker in running:
        if worker.process is not None:
            assert worker.process.stdout is not None
            selector.register(worker.process.stdout, selectors.EVENT_READ, worker)
    began = told = time.monotonic()
    try:
        while selector.get_map():
            for key, _ in selector.select(1.0):
                _hear(key.data, tally, selector)
            for worker in running:
                if worker.process is not None and worker.hangs():
                    _give_up(worker, tally, selector)
            if time.monotonic() - told > 60:
                told = time.monotonic()
                kinds = f"{len(tally.findings)} kinds of findings"
                say(f"{tally.cases} of {len(cases)} cases in {told - began:.0f} s, {kinds}")
    except KeyboardInterrupt:
        say("interrupted; what was found so far:")
    finally:
        for worker in running:
            worker.stop()
    return tally


def _hear(worker: _Worker, tally: Tally, selector: selectors.BaseSelector) -> None:
    assert worker.process is not None and worker.process.stdout is not None
    stdout = worker.process.stdout
    data = os.read(stdout.fileno(), 1 << 16)
    if not data:
        tally.find("crash: the process died", worker.at)
        _again(worker, tally, selector)
        return
    *lines, worker.rest = (worker.rest + data).split(b"\n")
    for line in lines:
        report = json.loads(line)
        if "number" in report:
            worker.ready = True
            tally.add(report["number"], report)
            worker.at = report["number"] + 1
            worker.mark()
        elif not worker.next():
            selector.unregister(stdout)


def _give_up(worker: _Worker, tally: Tally, selector: selectors.BaseSelector) -> None:
    tally.find("hang: ended by the watchdog", worker.at)
    _again(worker, tally, selector)


def _again(worker: _Worker, tally: Tally, selector: selectors.BaseSelector) -> None:
    """A new process, after the case that ended the last one."""
    assert worker.process is not None and worker.process.stdout is not None
    tally.cases += 1
    selector.unregister(worker.process.stdout)
    worker.stop()
    worker.at += 1
    if worker.at < worker.end or worker._ranges:
        if worker.at >= worker.end:
            worker.at, worker.end = worker._ranges.pop(0)
        worker.start()
        assert worker.process is not None and worker.process.stdout is not None
        selector.register(worker.process.stdout, selectors.EVENT_READ, worker)
