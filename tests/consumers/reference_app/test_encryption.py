"""The backend in front of servers that refuse plain connections, as in production."""

from pathlib import Path

import pytest

from .conftest import Node, Secured, free_port
from .service import running, start_refused, token, variables


@pytest.fixture
def trusting(secured: Secured) -> dict[str, str]:
    return {
        **variables(secured.postgres, secured.redis, free_port()),
        "DATABASE_HOST": "localhost",
        "DATABASE_SSL": "verify-full",
        "DATABASE_CA_FILE": str(secured.certificate),
        "REDIS_HOST": "localhost",
        "REDIS_TLS": "true",
        "REDIS_AUTH_TOKEN": secured.redis_password,
        "NODE_EXTRA_CA_CERTS": str(secured.certificate),
    }


def test_a_trusted_server_is_reached_encrypted(
    node: Node, backend: Path, secured: Secured, trusting: dict[str, str]
) -> None:
    with running(node, backend, trusting, secured.redis_process) as service:
        assert service.ask("/api/notes", token=token(), body={"body": "x"})[0] == 201


def test_require_encrypts_without_asking_who_answers(
    node: Node, backend: Path, secured: Secured, trusting: dict[str, str]
) -> None:
    lax = {**trusting, "DATABASE_SSL": "require", "DATABASE_CA_FILE": "", "DATABASE_HOST": "127.0.0.1"}
    with running(node, backend, lax, secured.redis_process):
        pass


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"DATABASE_CA_FILE": "", "NODE_EXTRA_CA_CERTS": ""}, "self-signed certificate"),
        ({"DATABASE_CA_FILE": "/no/such/file.pem"}, "no such file"),
        ({"DATABASE_SSL": "disable"}, "pg_hba.conf rejects connection"),
    ],
    ids=["unknown authority", "no such file", "plain"],
)
def test_a_server_that_cannot_be_trusted_ends_the_start_and_says_why(
    node: Node, backend: Path, trusting: dict[str, str], change: dict[str, str], told: str
) -> None:
    (line,) = start_refused(node, backend, {**trusting, **change})
    assert told in line
