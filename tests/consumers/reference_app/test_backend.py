"""The built backend, in front of a real PostgreSQL and a real Redis."""

import json
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .conftest import Node, answers, end, free_port, wait_for
from .service import ORIGIN, Service, running, start_refused, token, variables

Redis = tuple[int, subprocess.Popen[bytes]]


@pytest.fixture
def service(node: Node, backend: Path, postgres: int, redis: Redis) -> Iterator[Service]:
    with running(node, backend, variables(postgres, redis[0], free_port()), redis[1]) as one:
        yield one


def test_liveness_and_metrics_need_no_token(service: Service) -> None:
    assert service.ask("/healthz")[0] == 200
    assert service.ask("/api/status")[2] == '{"status":"up","checks":{"postgres":"up","redis":"up"}}'
    service.ask("/no/such/page")
    metrics = service.ask("/metrics")[2]
    assert 'http_requests_total{method="GET",route="/healthz",status="200"} 1' in metrics
    assert 'route="unmatched",status="404"' in metrics and "/no/such/page" not in metrics


def test_metrics_on_a_port_of_their_own_are_on_no_other(node: Node, backend: Path, postgres: int, redis: Redis) -> None:
    """Whoever reaches the API does not reach them; they count what the API answers."""
    port = free_port()
    environment = {**variables(postgres, redis[0], free_port()), "METRICS_PORT": str(port)}
    with running(node, backend, environment, redis[1]) as service:
        assert service.ask("/metrics")[0] == 404
        metrics = Service(port=port, process=service.process, redis=service.redis)
        assert 'http_requests_total{method="GET",route="unmatched",status="404"} 1' in metrics.ask("/metrics")[2]
        assert metrics.ask("/healthz")[0] == 404


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
    malformed: list[object] = [{}, {"body": ""}, {"body": "a\0b"}, {"body": "x" * 4001}, [], "x"]
    for body in malformed:
        assert service.ask("/api/notes", token=token(), body=body)[0] == 400, body


def test_cors_admits_one_origin_and_request_ids_cannot_be_forged(service: Service) -> None:
    _, headers, _ = service.ask("/api/me", method="OPTIONS", origin=ORIGIN)
    assert headers["access-control-allow-origin"] == ORIGIN
    _, headers, _ = service.ask("/healthz", origin="https://evil.example.test", x_request_id='"},{"')
    assert "access-control-allow-origin" not in headers
    assert headers["x-request-id"] != '"},{"'
    assert service.ask("/healthz", x_request_id="abc-1")[1]["x-request-id"] == "abc-1"


def test_a_subject_past_its_limit_is_refused_and_others_are_not(service: Service) -> None:
    ann = token()
    # Twice the limit and one more: a minute that turns in between cannot hide the refusal.
    answered = [service.ask("/api/me", token=ann) for _ in range(241)]
    assert {status for status, _, _ in answered[:120]} == {200}
    refused = [headers for status, headers, _ in answered if status == 429]
    assert refused and all(headers["retry-after"] == "60" for headers in refused)
    assert service.ask("/api/me", token=token(sub="bob"))[0] == 200


def half_a_note(service: Service) -> tuple[socket.socket, bytes]:
    """A request whose body is not whole yet, and the rest of it."""
    body = b'{"body":"late"}'
    head = f"POST /api/notes HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token()}\r\n"
    head += f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    client = socket.create_connection(("127.0.0.1", service.port), timeout=10)
    client.sendall(head.encode() + body[:5])
    wait_for(lambda: service.ask("/healthz")[0] == 200, "an answer behind the open request")
    return client, body[5:]


def test_sigterm_finishes_the_request_in_flight_and_takes_no_other(service: Service) -> None:
    client, rest = half_a_note(service)
    with client:
        service.process.send_signal(signal.SIGTERM)
        wait_for(lambda: not answers(service.port), "the closing of the port")
        client.sendall(rest)
        assert client.recv(4096).startswith(b"HTTP/1.1 201")
    assert service.process.wait(10) == 0


def test_a_request_that_never_ends_cannot_hold_the_shutdown(
    node: Node, backend: Path, postgres: int, redis: Redis
) -> None:
    environment = {**variables(postgres, redis[0], free_port()), "SHUTDOWN_GRACE_SECONDS": "1"}
    with running(node, backend, environment, redis[1]) as service:
        client, _ = half_a_note(service)
        with client:
            service.process.send_signal(signal.SIGTERM)
            assert service.process.wait(10) == 1


def test_a_wrong_environment_ends_the_start_and_names_every_variable(node: Node, backend: Path) -> None:
    bad = {**variables(1, 1, 1), "PORT": "many", "JWT_SECRET": "short-secret", "WEB_ORIGIN": ""}
    told = start_refused(node, backend, bad)
    assert sorted(line.split()[0] for line in told) == ["JWT_SECRET", "PORT", "WEB_ORIGIN"]
    assert "short-secret" not in " ".join(told)
