"""`python -m fuzz`: many cases, one case again, or (for the pool) a worker.

PYTHONPATH=tests/laws python -m fuzz --seed 1 --cases 100000
PYTHONPATH=tests/laws python -m fuzz --seed 1 --case 4711        print it, run it, make it small, keep it
PYTHONPATH=tests/laws python -m fuzz --file tests/laws/fuzz/regressions/x.json
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from fuzz import oracle, pool
from fuzz.case import Case, from_text, make, to_text
from fuzz.entries import Entry
from fuzz.execute import Executor
from fuzz.minimize import minimize
from fuzz.sandbox import Sandbox
from fuzz.watch import Watch

FAST = "/dev/shm" if Path("/dev/shm").is_dir() else None
"""Projects in memory, where there is such a place: a case is many small files."""
KEPT = Path(__file__).parents[3] / ".cache/fuzz"
"""Where the findings of a run wait to be looked at."""


class Bench:
    """One process that can run cases."""

    def __init__(self, top: Path) -> None:
        self._executor = Executor(Sandbox(top), Watch())
        self._warm = False
        self.built: Mapping[str, Entry] = self._executor.built()

    def judge(self, case: Case) -> tuple[dict[str, object], list[str]]:
        """Runs a case; what there is to tell of it, and its findings."""
        if case.charts and not self._warm:
            self._executor.warm()
            self._warm = True
        ran = self._executor.run(case, self.built)
        findings = oracle.judge(case, ran, case.entries(self.built), self._executor.sandbox)
        told = {
            "exit": ran.code,
            "command": " ".join(case.arguments[:2] if case.arguments[0] == "env" else case.arguments[:1]),
            "codes": sorted(oracle.codes(ran.diagnostics)),
            "cpu": ran.cpu,
            "findings": findings,
        }
        return told, findings


def _worker(top: Path, seed: str) -> None:
    # What a library prints on file 1 must not get among our reports.
    reports = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    bench = Bench(top)
    for line in sys.stdin:
        start, end = map(int, line.split())
        for number in range(start, end):
            told, _ = bench.judge(make(seed, number, bench.built))
            reports.write(json.dumps({"number": number, **told}) + "\n")
            reports.flush()
        reports.write('{"done": true}\n')
        reports.flush()


def _one(number: int, seed: str, save: Path | None) -> int:
    with tempfile.TemporaryDirectory(prefix="fuzz-", dir=FAST) as folder:
        bench = Bench(Path(folder))
        case = make(seed, number, bench.built)
        _, findings = bench.judge(case)
        small = minimize(case, lambda made: findings[0] in bench.judge(made)[1]) if findings else case
    text = to_text(small, law="; ".join(findings))
    print(text if len(text) < 20_000 else text[:20_000] + "…")
    if save and findings:
        save.parent.mkdir(parents=True, exist_ok=True)
        save.write_text(text, "utf-8")
    print("\n".join(findings) or "nothing wrong")
    return 1 if findings else 0


def _again(files: Sequence[Path]) -> int:
    """Kept cases: a line of JSON for each, the name and the findings."""
    with tempfile.TemporaryDirectory(prefix="fuzz-", dir=FAST) as folder:
        bench = Bench(Path(folder))
        wrong = 0
        for file in files:
            print(json.dumps({"file": file.name}), flush=True)  # before it runs, for whoever ends us
            _, findings = bench.judge(from_text(file.read_text("utf-8")))
            wrong += bool(findings)
            print(json.dumps({"file": file.name, "findings": findings}), flush=True)
    return 1 if wrong else 0


def _many(seed: str, cases: int, first: int, workers: int, keep: int) -> int:
    began = time.monotonic()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a run that is ended tells what it found
    with tempfile.TemporaryDirectory(prefix="fuzz-", dir=FAST) as folder:
        tally = pool.run(seed, range(first, first + cases), workers, Path(folder), _say)
    seconds = time.monotonic() - began
    print(f"seed {seed}: {tally.cases} cases in {seconds:.0f} s, the slowest {tally.slowest:.2f} s of the processor")
    print("exit codes:", dict(sorted(tally.exits.items())), "commands:", dict(tally.commands.most_common()))
    print(f"{len(tally.codes)} diagnostic codes reached:", " ".join(f"{c}×{n}" for c, n in sorted(tally.codes.items())))
    print(f"{len(tally.findings)} kinds of findings, {sum(map(len, tally.findings.values()))} in all", flush=True)
    for place, (finding, numbers) in enumerate(sorted(tally.findings.items())):
        print(f"  {finding}: {len(numbers)} cases, such as {numbers[:5]}", flush=True)
        if place < keep:
            _keep(seed, numbers[0], KEPT / f"{seed}-{numbers[0]}.json")
    return 1 if tally.findings else 0


def _say(text: str) -> None:
    print(text, flush=True)


def _keep(seed: str, number: int, path: Path) -> None:
    """The first case of a kind, made small, by a process that may hang."""
    command = [sys.executable, "-m", "fuzz", "--seed", seed, "--case", str(number), "--save", str(path)]
    try:
        subprocess.run(command, timeout=120, capture_output=True, cwd=Path(__file__).parents[1])
    except subprocess.TimeoutExpired:
        print(f"    case {number} takes too long to be made small")
        return
    print(f"    {path}" if path.exists() else f"    case {number} does not show it alone")


def main() -> int:
    """The exit code: 0 when nothing was found."""
    parser = argparse.ArgumentParser(
        prog="fuzz", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", default="1")
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--case", type=int)
    parser.add_argument("--file", type=Path, nargs="+", default=[])
    parser.add_argument("--save", type=Path)
    parser.add_argument("--keep", type=int, default=30, help="kinds of findings to make small and keep")
    parser.add_argument("--worker", type=Path)
    options = parser.parse_args()
    if options.worker:
        _worker(options.worker, options.seed)
        return 0
    if options.file:
        return _again([file.absolute() for file in options.file])
    if options.case is not None:
        return _one(options.case, options.seed, options.save)
    return _many(options.seed, options.cases, options.first, options.workers, options.keep)


if __name__ == "__main__":
    sys.exit(main())
