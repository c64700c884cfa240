"""The built backend, in front of a real PostgreSQL and a real Redis."""

import base64
import hashlib
import hmac
import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from .conftest import Node, answers, end, free_port, wait_for

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


@pytest.fixture
def service(node: Node, backend: Path, postgres: int, redis: tuple[int, subprocess.Popen[bytes]]) -> Iterator[Service]:
    port = free_port()
    process = subprocess.Popen(
        [node.binary, "dist/server.js"],
        cwd=backend,
        env=variables(postgres, redis[0], port),
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_for(lambda: answers(port), "the backend's start")
        one = Service(port=port, process=process, redis=redis[1])
        wait_for(lambda: one.ask("/readyz")[0] == 200, "readiness")
        yield one
    finally:
        end(process)


def _part(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token(*, key: str = SECRET, alg: str = "HS256", **claims: object) -> str:
    payload: dict[str, object] = {"sub": "ann", "iss": "tests", "aud": "api", "exp": int(time.time()) + 600, **claims}
    text = f"{_part(json.dumps({'alg': alg}).encode())}.{_part(json.dumps(payload).encode())}"
    signature = "" if alg == "none" else _part(hmac.digest(key.encode(), text.encode(), hashlib.sha256))
    return f"{text}.{signature}"


def test_liveness_and_metrics_need_no_token(service: Service) -> None:
    assert service.ask("/healthz")[0] == 200
    assert service.ask("/api/status")[2] == '{"status":"up","checks":{"postgres":"up","redis":"up"}}'
    service.ask("/no/such/page")
    metrics = service.ask("/metrics")[2]
    assert 'http_requests_total{method="GET",route="/healthz",status="200"} 1' in metrics
    assert 'route="unmatched",status="404"' in metrics and "/no/such/page" not in metrics


def test_readiness_names_what_is_down_and_liveness_stays(service: Service) -> None:
    end(service.redis)
    status, _, body = service.ask("/readyz")
    assert (status, json.loads(body)["checks"]) == (503, {"postgres": "up", "redis": "down"})
    assert service.ask("/healthz")[0] == 200
    assert service.ask("/api/me", token=token())[0] == 200


def test_only_a_token_that_is_right_in_every_part_is_admitted(service: Service) -> None:
    assert service.ask("/api/me", token=token())[2] == '{"subject":"ann"}'
    wrong: dict[str, Any] = {
        "no token": "",
        "no JWT": "abc",
        "signature": token(key="another-key-of-the-tests-012345678"),
        "expired": token(exp=int(time.time()) - 5),
        "unsigned": token(alg="none"),
        "algorithm": token(alg="HS512"),
        "issuer": token(iss="others"),
        "audience": token(aud="others"),
    }
    assert {why: service.ask("/api/me", token=one)[0] for why, one in wrong.items()} == dict.fromkeys(wrong, 401)


def test_a_note_is_data_whatever_it_says_and_only_its_owner_sees_it(service: Service) -> None:
    text = "'); DROP TABLE notes; -- $1 ${x} \n ✓"
    owner = token(sub="x' OR '1'='1")
    assert service.ask("/api/notes", token=owner, body={"body": text})[0] == 201
    assert [note["body"] for note in json.loads(service.ask("/api/notes", token=owner)[2])["notes"]] == [text]
    assert json.loads(service.ask("/api/notes", token=token(sub="bob"))[2]) == {"notes": []}


def test_a_malformed_note_is_refused_as_the_callers_mistake(service: Service) -> None:
    for body in ({}, {"body": ""}, {"body": "a\0b"}, {"body": "x" * 4001}, [], "x"):
        assert service.ask("/api/notes", token=token(), body=body)[0] == 400, body


def test_cors_admits_one_origin_and_request_ids_cannot_be_forged(service: Service) -> None:
    _, headers, _ = service.ask("/api/me", method="OPTIONS", origin=ORIGIN)
    assert headers["access-control-allow-origin"] == ORIGIN
    _, headers, _ = service.ask("/healthz", origin="https://evil.example.test", x_request_id='"},{"')
    assert "access-control-allow-origin" not in headers
    assert headers["x-request-id"] != '"},{"'
    assert service.ask("/healthz", x_request_id="abc-1")[1]["x-request-id"] == "abc-1"


def test_sigterm_finishes_the_request_in_flight_and_takes_no_other(service: Service) -> None:
    body = b'{"body":"late"}'
    head = f"POST /api/notes HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token()}\r\n"
    head += f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", service.port), timeout=10) as client:
        client.sendall(head.encode() + body[:5])
        wait_for(lambda: service.ask("/healthz")[0] == 200, "an answer behind the open request")
        service.process.send_signal(signal.SIGTERM)
        wait_for(lambda: not answers(service.port), "the closing of the port")
        client.sendall(body[5:])
        assert client.recv(4096).startswith(b"HTTP/1.1 201")
    assert service.process.wait(10) == 0


def test_a_wrong_environment_ends_the_start_and_names_every_variable(node: Node, backend: Path) -> None:
    bad = {**variables(1, 1, 1), "PORT": "many", "JWT_SECRET": "short-secret", "WEB_ORIGIN": ""}
    done = subprocess.run(
        [node.binary, "dist/server.js"], cwd=backend, env=bad, text=True, capture_output=True, timeout=20
    )
    assert done.returncode == 1
    told = [json.loads(line)["msg"].split()[0] for line in done.stderr.splitlines()]
    assert sorted(told) == ["JWT_SECRET", "PORT", "WEB_ORIGIN"]
    assert "short-secret" not in done.stderr
