"""Debian's nginx with a generated configuration, on loopback and as an account without rights.

Only what a container gives is replaced: the port, the folder of the pages, and /tmp.
"""

import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ACCOUNT = 10001
"""The number that the image runs as."""


def unavailable() -> str | None:
    """Why there is no nginx, or None."""
    return None if _program() else "no nginx; install the Debian package nginx-light"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Header names in lower case; a header that is sent twice is joined by `, `."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Nginx:
    """A running server. `written`: the folder in place of /tmp."""

    port: int
    written: Path

    def ask(self, target: str, *, method: str = "GET", **headers: str) -> Answer:
        """One request with `target` exactly as given: no client makes it nicer."""
        lines = [f"{method} {target} HTTP/1.1", "Host: app.example.test", "Connection: close"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as client:
            client.sendall("\r\n".join([*lines, "", ""]).encode("latin-1"))
            answer = b"".join(iter(lambda: client.recv(65536), b""))
        head, _, body = answer.partition(b"\r\n\r\n")
        first, *rest = head.decode("latin-1").split("\r\n")
        found: dict[str, str] = {}
        for line in rest:
            name, _, value = line.partition(": ")
            found[name.lower()] = f"{found[name.lower()]}, {value}" if name.lower() in found else value
        return Answer(status=int(first.split()[1]), headers=found, body=body)


def check(configuration: str) -> str:
    """What `nginx -t` says against the configuration; nothing when it is right."""
    with _folder() as folder:
        done = _test(_placed(configuration, folder, folder, 8080))
        return "" if done.returncode == 0 else done.stderr


@contextmanager
def serving(configuration: str, pages: Path) -> Iterator[Nginx]:
    """nginx in front of a copy of `pages`, ended by its own process."""
    with _folder() as folder:
        site, port = folder / "site", _free_port()
        shutil.copytree(pages, site)
        placed = _placed(configuration, folder, site, port)
        process = subprocess.Popen(
            [str(_program()), "-c", str(placed), "-e", "/dev/null", "-g", "daemon off;"],
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **_account(),
        )
        try:
            _wait(port, process)
            yield Nginx(port=port, written=folder / "tmp")
        finally:
            process.terminate()
            process.wait(10)


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="nginx-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "tmp").mkdir()
        (folder / "tmp").chmod(0o777)
        yield folder


def _placed(configuration: str, folder: Path, pages: Path, port: int) -> Path:
    text = re.sub(r"listen \d+;", f"listen 127.0.0.1:{port};", configuration)
    text = text.replace("/tmp/", f"{folder}/tmp/").replace("/usr/share/nginx/html", str(pages))
    text = text.replace("/dev/stderr", "/dev/null").replace("/dev/stdout", "/dev/null")
    path = folder / "nginx.conf"
    path.write_text(text, "utf-8")
    return path


def _test(path: Path) -> "subprocess.CompletedProcess[str]":
    done: subprocess.CompletedProcess[str] = subprocess.run(
        [str(_program()), "-t", "-c", str(path), "-e", "/dev/null"],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        **_account(),
    )
    return done


def _account() -> dict[str, Any]:
    """As in the image, when we may choose."""
    return {"user": ACCOUNT, "group": ACCOUNT, "extra_groups": []} if os.geteuid() == 0 else {}


def _program() -> str | None:
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait(port: int, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise RuntimeError("nginx did not start")
