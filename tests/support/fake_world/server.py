"""The fake programs: each hands its words to the world, which lives in the process of the test."""

import json
import os
import shutil
import socketserver
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from example_project import built
from fake_world.aws import answer
from fake_world.cluster import helm, kubectl
from fake_world.github import gh
from fake_world.terraform import terraform
from fake_world.world import RefusedError, World

PROGRAMS = ("aws", "curl", "gh", "git", "helm", "kubectl", "sleep", "terraform")
CLIENT = """\
#!{python} -SI
import json, os, socket, sys
words = [os.path.basename(sys.argv[0]), *sys.argv[1:]]
read = any("/dev/stdin" in word or word in ("--stdin", "-", "--filename=-") for word in words)
read = read or words[:3] == ["gh", "secret", "set"]
text = sys.stdin.read() if read else ""
with socket.socket(socket.AF_UNIX) as line:
    line.connect({path!r})
    line.sendall(json.dumps([words, dict(os.environ), text]).encode())
    line.shutdown(socket.SHUT_WR)
    told = json.loads(line.makefile().read())
sys.stdout.write(told[0])
sys.stderr.write(told[1])
sys.exit(told[2])
"""


@dataclass(frozen=True, slots=True)
class Played:
    """How a script ended, and what it printed."""

    code: int
    output: str


def play(world: World, script: str, inputs: str = "") -> Played:
    """Run a script under `bash -euo pipefail`, with the fake programs before all others."""
    with _served(world) as folder:
        for name in ("generated", "helm"):
            (folder / name).symlink_to(built() / name)
        (folder / "script").write_text(script)
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "script"],
            cwd=folder,
            env={"PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "HOME": str(folder)},
            input=inputs,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
    return Played(done.returncode, done.stdout + done.stderr)


@contextmanager
def _served(world: World) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="rb-"))  # short: the path of a socket has 107 characters at most
    lock = threading.Lock()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            words, env, text = json.loads(self.rfile.read())
            with lock:
                self.wfile.write(json.dumps(_told(world, words, env, text)).encode())

    try:
        with socketserver.ThreadingUnixStreamServer(str(folder / "s"), Handler) as server:
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
            (folder / "bin").mkdir()
            for program in PROGRAMS:
                path = folder / "bin" / program
                path.write_text(CLIENT.format(python=sys.executable, path=str(folder / "s")))
                path.chmod(0o755)
            yield folder
            server.shutdown()
    finally:
        shutil.rmtree(folder)


def _told(world: World, words: list[str], env: dict[str, str], text: str) -> tuple[str, str, int]:
    hollow = [word for word in words if word in ("", "null", "None") or "<<" in word or word.endswith("=")]
    if hollow and words[0] != "curl":
        world.trouble.append(f"an empty value or a placeholder: {words}")
        return "", f"an empty argument: {words}", 2
    try:
        return _line(_dispatched(world, words, env, text)), "", 0
    except RefusedError as refusal:
        return "", f"{refusal}\n", 1
    except Exception as error:  # the world is at fault: say so where it is seen
        world.trouble.append(f"{type(error).__name__} at {words}: {error}")
        return "", f"the world broke: {error!r} at {words}\n", 70


def _dispatched(world: World, words: list[str], env: dict[str, str], text: str) -> str:
    program, *rest = words
    given: dict[str, Any] = {
        "aws": lambda: answer(world, rest, env, text),
        "gh": lambda: gh(world, rest, text),
        "helm": lambda: helm(world, rest, text),
        "kubectl": lambda: kubectl(world, rest, text),
        "terraform": lambda: terraform(world, rest, env),
        "git": lambda: "0123456789abcdef0123456789abcdef01234567",
    }
    return str(given[program]()) if program in given else ""


def _line(text: str) -> str:
    return text if not text or text.endswith("\n") else f"{text}\n"
