"""A pod goes under load: two processes of the API behind nginx, stopped in the order in which a cluster stops a pod.

In a cluster the ingress controller takes the address of an ending pod out of its upstream. Meanwhile the preStop hook
keeps the pod as it is, and only then the process gets SIGTERM (Kubernetes, "Pod Lifecycle", termination). Here an event
takes the place of the seconds of the hook.
"""

import http.client
import os
import shutil
import signal
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from .conftest import Node, answers, end, free_port, wait_for
from .service import Service, running, variables

Redis = tuple[int, subprocess.Popen[bytes]]
CLIENTS = 4


@dataclass(kw_only=True)
class Front:
    """nginx as an ingress controller: no second try at another pod, so that a lost request is seen."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    def send_to(self, *ports: int) -> None:
        """Change the pods behind it; return when no worker with the former ones is left."""
        pods = "".join(f"server 127.0.0.1:{port} max_fails=0; " for port in ports)
        (self.folder / "nginx.conf").write_text(
            "worker_processes 1; pid nginx.pid; error_log stderr crit; events {} http { access_log off;"
            f"client_body_temp_path body; proxy_temp_path proxy; upstream pods {{ {pods} keepalive 8; }}"
            f"server {{ listen 127.0.0.1:{self.port}; location / {{ proxy_pass http://pods; proxy_http_version 1.1;"
            'proxy_set_header Connection ""; proxy_next_upstream off; } } }',
            "utf-8",
        )
        if self.process is not None:
            before = self.workers()
            self.process.send_signal(signal.SIGHUP)
            wait_for(lambda: bool(self.workers()) and not self.workers() & before, "the end of the former worker")

    def workers(self) -> set[str]:
        assert self.process is not None
        return set(Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split())


@dataclass(kw_only=True)
class Load:
    """Clients that ask without a pause, each time over a new connection."""

    port: int
    told: Counter[str] = field(default_factory=Counter)
    stop: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(self) -> None:
        while not self.stop.is_set():
            client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
            try:
                client.request("GET", "/readyz")
                answer = client.getresponse()
                answer.read()
                result = str(answer.status)
            except (OSError, http.client.HTTPException) as error:
                result = type(error).__name__
            finally:
                client.close()
            with self.lock:
                self.told[result] += 1

    def more(self, count: int) -> None:
        """Return after so many further answers."""
        wanted = self.told.total() + count
        wait_for(lambda: self.told.total() >= wanted, f"{count} answers")


@contextmanager
def _front(folder: Path, *ports: int) -> Iterator[Front]:
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        pytest.skip("UNCHECKED: no nginx; install the Debian package nginx-light")
    front = Front(folder=folder, port=free_port())
    front.send_to(*ports)
    command = [program, "-p", str(folder), "-c", "nginx.conf", "-e", "stderr", "-g", "daemon off;"]
    front.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: answers(front.port), "nginx's start")
        yield front
    finally:
        end(front.process)


@contextmanager
def _load(port: int) -> Iterator[Load]:
    load = Load(port=port)
    clients = [threading.Thread(target=load.ask) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    try:
        load.more(40)
        yield load
    finally:
        load.stop.set()
        for client in clients:
            client.join(30)


@pytest.fixture
def pods(node: Node, backend: Path, postgres: int, redis: Redis) -> Iterator[tuple[Service, Service]]:
    with (
        running(node, backend, variables(postgres, redis[0], free_port()), redis[1]) as one,
        running(node, backend, variables(postgres, redis[0], free_port()), redis[1]) as other,
    ):
        yield one, other


def test_a_pod_that_goes_in_the_clusters_order_loses_no_request(pods: tuple[Service, Service], tmp_path: Path) -> None:
    """First no new request comes, then SIGTERM: every request is answered, and the process ends well."""
    going, staying = pods
    with _front(tmp_path, going.port, staying.port) as front, _load(front.port) as load:
        front.send_to(staying.port)
        load.more(20)
        going.process.send_signal(signal.SIGTERM)
        assert going.process.wait(20) == 0
        load.more(40)
    assert set(load.told) == {"200"}


def test_a_pod_that_is_stopped_first_loses_requests(pods: tuple[Service, Service], tmp_path: Path) -> None:
    """The order matters: without the pause, requests reach a port that is closed."""
    going, staying = pods
    with _front(tmp_path, going.port, staying.port) as front, _load(front.port) as load:
        going.process.send_signal(signal.SIGTERM)
        assert going.process.wait(20) == 0
        load.more(40)
        front.send_to(staying.port)
    assert load.told["502"] > 0
