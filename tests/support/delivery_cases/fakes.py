"""Programs that only note how they were called, for scripts that would reach the outside world."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_FAKE = """\
#!/usr/bin/env bash
made=("$FAKES"/calls/*)
number="${#made[@]}"  # two programs of one pipeline start at once: a folder can be made by one of them only
until mkdir "$FAKES/calls/$number" 2>/dev/null; do number=$((number + 1)); done
printf '%s\\0' "$(basename "$0")" "$@" >"$FAKES/calls/$number.arguments"
case "$*" in *--filename=-*|*"--values -"*|*"--input -"*) cat >"$FAKES/calls/$number.input" ;; esac
. "$FAKES/answers/$(basename "$0")"
"""


@dataclass(frozen=True, slots=True)
class Call:
    """`arguments`: the program's name first. `input`: what it was given on its standard input, if it asked for it."""

    arguments: tuple[str, ...]
    input: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What a script printed, how it ended, and whom it called."""

    code: int
    output: str
    calls: list[Call] = field(default_factory=list)

    def of(self, program: str) -> list[Call]:
        """The calls of one program."""
        return [call for call in self.calls if call.arguments[0] == program]


def run(folder: Path, script: str, env: dict[str, str], answers: dict[str, str], cwd: Path | None = None) -> Result:
    """Run bash on a script where each program of `answers` is a fake that runs the given lines of bash instead."""
    for name in ("bin", "calls", "answers"):
        (folder / name).mkdir(parents=True)
    for program, lines in answers.items():
        (folder / "bin" / program).write_text(_FAKE)
        (folder / "bin" / program).chmod(0o755)
        (folder / "answers" / program).write_text(lines)
    done = subprocess.run(
        ["bash"],
        input=script,
        env={"PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "FAKES": str(folder), "HOME": str(folder), **env},
        cwd=cwd or folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    made = sorted((folder / "calls").glob("*.arguments"), key=lambda path: int(path.stem))
    calls = []
    for path in made:
        held = path.with_suffix(".input")
        arguments = tuple(path.read_text().split("\0")[:-1])
        calls.append(Call(arguments, held.read_text() if held.exists() else ""))
    return Result(done.returncode, done.stdout + done.stderr, calls)


def unavailable() -> str | None:
    """Why no script can be run, or None."""
    missing = [program for program in ("bash", "jq") if shutil.which(program) is None]
    return f"not on PATH: {', '.join(missing)}" if missing else None


def documents(text: str) -> list[Any]:
    """The JSON documents that stand one after another in a text."""
    decoder, found, position = json.JSONDecoder(), [], 0
    while text[position:].strip():
        position += len(text[position:]) - len(text[position:].lstrip())
        document, position = decoder.raw_decode(text, position)
        found.append(document)
    return found
