"""The stack on a laptop without its containers: the servers and the API run as compose would run them."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from example_project import built
from oracles.interpolation import interpolated

from .conftest import Node, _postgres_binaries, _running_postgres, answers, end, free_port, wait_for
from .service import running

FOLDER = built() / "generated" / "local" / "compose"
SECRETS = {
    "DATABASE_PASSWORD": "p w$d'\"\\{}",
    "REDIS_AUTH_TOKEN": "a $HOME '\"\\ `id`; b#c",
    "JWT_SECRET": "0123456789abcdef0123456789abcdef",
}
"""What a user may write in the `.env` file."""


def _service(name: str) -> dict[str, Any]:
    """A service of the compose file with its variables put in, as the container gets it."""

    def put_in(value: Any) -> Any:
        if isinstance(value, str):
            return interpolated(value, SECRETS)
        if isinstance(value, list):
            return [put_in(each) for each in value]
        return {key: put_in(each) for key, each in value.items()} if isinstance(value, dict) else value

    read = yaml.safe_load((FOLDER / "compose.yaml").read_text("utf-8"))
    found: dict[str, Any] = put_in(read["services"][name])
    return found


def _healthy(service: Mapping[str, Any], **variables: str) -> bool:
    """Whether its health check passes, run beside the server."""
    (kind, script) = service["healthcheck"]["test"]
    assert kind == "CMD-SHELL"
    environment = {"PATH": os.environ["PATH"], **service["environment"], **variables}
    done = subprocess.run(["/bin/sh", "-c", script], env=environment, capture_output=True, timeout=20, check=False)
    return done.returncode == 0


@contextmanager
def _redis(port: int, service: Mapping[str, Any]) -> Iterator["subprocess.Popen[bytes]"]:
    """Redis by the command of the compose file; only the port is another."""
    if shutil.which("redis-server") is None:
        pytest.skip("UNCHECKED: no Redis server here; install the Debian package redis-server")
    *shell, script = service["command"]
    script = script.replace("redis-server ", f"redis-server --port {port} --bind 127.0.0.1 ")
    with tempfile.TemporaryDirectory(prefix="redis-", ignore_cleanup_errors=True) as folder:
        environment = {"PATH": os.environ["PATH"], **service["environment"]}
        process = subprocess.Popen([*shell, script], cwd=folder, env=environment, stdout=subprocess.DEVNULL)
        try:
            wait_for(lambda: answers(port), "Redis's start")
            yield process
        finally:
            end(process)
        # Redis itself has the signal: it ends well and has written what it keeps.
        assert process.returncode == 0
        assert (Path(folder) / "appendonlydir").is_dir()


def test_redis_has_the_password_of_the_user_whatever_is_in_it() -> None:
    """And its health check knows the password; with another one it is not healthy."""
    service, port = _service("redis"), free_port()
    with _redis(port, service):
        script = service["healthcheck"]["test"][1]
        there = {"healthcheck": {"test": ["CMD-SHELL", script.replace("redis-cli ", f"redis-cli -p {port} ")]}}
        assert _healthy(service | there)
        assert not _healthy(service | there, REDISCLI_AUTH="another")
        assert not _healthy(service | there, REDISCLI_AUTH="")


def test_postgres_is_healthy_when_it_can_be_reached_and_not_before() -> None:
    """While the image prepares a volume its server answers on the socket alone: the API would meet it as it stops."""
    _postgres_binaries()
    service = _service("postgres")
    for flags, healthy in (((), True), (("-c", "listen_addresses="), False)):
        with _running_postgres(*flags) as port:
            (socket,) = Path(tempfile.gettempdir()).glob(f"pg-*/.s.PGSQL.{port}")
            assert _healthy(service, PGPORT=str(port), PGHOST=str(socket.parent)) is healthy


def test_the_api_starts_with_the_variables_of_the_stack(node: Node, backend: Path, postgres: int) -> None:
    """Every one that it asks for is there, its password opens Redis, and the page of the stack may ask it."""
    api, redis = _service("api")["environment"], _service("redis")
    own = _service("postgres")["environment"]
    assert (api["DATABASE_NAME"], api["DATABASE_USER"]) == (own["POSTGRES_DB"], own["POSTGRES_USER"])
    redis_port, port = free_port(), free_port()
    # Names of containers become this machine; PostgreSQL here asks for no password.
    here = {
        "DATABASE_HOST": "127.0.0.1", "DATABASE_PORT": str(postgres), "DATABASE_USER": "app", "DATABASE_NAME": "app",
        "REDIS_HOST": "127.0.0.1", "REDIS_PORT": str(redis_port), "PORT": str(port), "PATH": os.environ["PATH"],
        "METRICS_PORT": str(free_port()),
    }  # fmt: skip
    with _redis(redis_port, redis) as process, running(node, backend, api | here, process) as service:
        status, headers, _ = service.ask("/readyz", Origin=api["WEB_ORIGIN"])
        assert (status, headers["access-control-allow-origin"]) == (200, api["WEB_ORIGIN"])
