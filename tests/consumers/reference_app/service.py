"""A running backend, how the tests ask it, and the tokens that they show."""

import base64
import hmac
import json
import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .conftest import Node, answers, end, wait_for

SECRET = "a-key-of-the-tests-only-0123456789"
ORIGIN = "https://app.example.test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    port: int
    process: subprocess.Popen[bytes]
    redis: subprocess.Popen[bytes]

    def ask(
        self, path: str, *, token: str = "", body: object = None, method: str | None = None, **headers: str
    ) -> tuple[int, dict[str, str], str]:
        """Status, headers and text of one answer; `body` is sent as JSON."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", method=method)
        for name, value in headers.items():
            request.add_header(name.replace("_", "-"), value)
        if token:
            request.add_header("authorization", f"Bearer {token}")
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("content-type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=10) as reply:
                return reply.status, dict(reply.headers), reply.read().decode()
        except urllib.error.HTTPError as reply:
            return reply.code, dict(reply.headers), reply.read().decode()


def variables(postgres: int, redis: int, port: int) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"], "PORT": str(port), "WEB_ORIGIN": ORIGIN,
        "DATABASE_HOST": "127.0.0.1", "DATABASE_PORT": str(postgres), "DATABASE_NAME": "app",
        "DATABASE_USER": "app", "DATABASE_PASSWORD": "unused", "DATABASE_SSL": "disable",
        "REDIS_HOST": "127.0.0.1", "REDIS_PORT": str(redis),
        "JWT_SECRET": SECRET, "JWT_ISSUER": "tests", "JWT_AUDIENCE": "api", "SHUTDOWN_GRACE_SECONDS": "10",
    }  # fmt: skip


@contextmanager
def running(
    node: Node, backend: Path, environment: Mapping[str, str], redis: subprocess.Popen[bytes]
) -> Iterator[Service]:
    """The backend, ready; ended by its own process."""
    port = int(environment["PORT"])
    process = subprocess.Popen(
        [node.binary, "dist/server.js"], cwd=backend, env=dict(environment), stdout=subprocess.DEVNULL
    )
    try:
        wait_for(lambda: answers(port), "the backend's start")
        service = Service(port=port, process=process, redis=redis)
        wait_for(lambda: service.ask("/readyz")[0] == 200, "readiness")
        yield service
    finally:
        end(process)


def start_refused(node: Node, backend: Path, environment: Mapping[str, str]) -> list[str]:
    """What a start that ends with code 1 says, line by line."""
    done = subprocess.run(
        [node.binary, "dist/server.js"],
        cwd=backend,
        env=dict(environment),
        text=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        timeout=20,
    )
    assert done.returncode == 1, done.stderr
    return [json.loads(line)["msg"] for line in done.stderr.splitlines() if line.startswith("{")]


def _part(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


DIGESTS = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}


def token(*, key: str = SECRET, alg: str = "HS256", **claims: object) -> str:
    """A token that is truly signed by `alg`; without a signature when that is not a keyed hash."""
    payload: dict[str, object] = {"sub": "ann", "iss": "tests", "aud": "api", "exp": int(time.time()) + 600, **claims}
    text = f"{_part(json.dumps({'alg': alg}).encode())}.{_part(json.dumps(payload).encode())}"
    digest = DIGESTS.get(alg)
    return f"{text}.{_part(hmac.digest(key.encode(), text.encode(), digest)) if digest else ''}"
