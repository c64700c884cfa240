"""The whole way: a browser, the page from the generated nginx, the API, PostgreSQL and Redis."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from oracles import nginx

from .conftest import Image, Node
from .service import running, variables

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-logging=stderr",
    "--window-size=800,600",
    # Time passes quickly, but never while an answer is on its way.
    "--virtual-time-budget=8000",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The page as it is in the end. `said`: what the browser's console says."""

    state: str
    text: str
    said: list[str]


@pytest.fixture(scope="module")
def page(frontend_image: Image) -> Iterator[nginx.Nginx]:
    """The built page behind nginx, with the configuration that is in its image."""
    if reason := nginx.unavailable():
        pytest.skip(f"UNCHECKED in a browser: {reason}")
    configuration = frontend_image.rehearsal.path("/nginx.conf").read_text("utf-8")
    with nginx.serving(configuration, frontend_image.folder / "dist") as server:
        yield server


def _look(port: int, picture: Path | None = None) -> Shown:
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("UNCHECKED in a browser: no chromium; install the Debian package chromium")
    with tempfile.TemporaryDirectory(prefix="browser-", ignore_cleanup_errors=True) as profile:
        shot = [f"--screenshot={picture}"] if picture else []
        done = subprocess.run(
            [program, *FLAGS, f"--user-data-dir={profile}", *shot, "--dump-dom", f"http://127.0.0.1:{port}/a/b"],
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )
    card = re.search(r'<section[^>]*data-state="(\w+)".*?</section>', done.stdout, re.DOTALL)
    assert card, done.stdout + done.stderr
    said = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    return Shown(state=card.group(1), text=" ".join(re.sub(r"<[^>]+>", " ", card.group(0)).split()), said=said)


def test_the_page_shows_that_all_is_well(
    page: nginx.Nginx,
    node: Node,
    backend: Path,
    postgres: int,
    redis: tuple[int, "subprocess.Popen[bytes]"],
    api_port: int,
    tmp_path: Path,
) -> None:
    """Policy, origins and paths fit together: the browser objects to nothing and the API's words are on the page."""
    environment = variables(postgres, redis[0], api_port) | {"WEB_ORIGIN": f"http://127.0.0.1:{page.port}"}
    with running(node, backend, environment, redis[1]):
        shown = _look(page.port, tmp_path / "page.png")
    assert shown.text == "Up The API and everything behind it answer. postgres up redis up"
    assert (shown.state, shown.said) == ("up", [])
    assert (tmp_path / "page.png").stat().st_size > 5000


def test_the_page_shows_that_the_api_is_away(page: nginx.Nginx) -> None:
    """The page comes from nginx alone, and says what it sees."""
    assert _look(page.port).state == "unreachable"


def test_the_browser_refuses_another_api(
    frontend_image: Image,
    node: Node,
    backend: Path,
    postgres: int,
    redis: tuple[int, "subprocess.Popen[bytes]"],
    api_port: int,
) -> None:
    """With the policy of another API the page may not ask this one: it is the policy that lets it, and no default."""
    configuration = frontend_image.rehearsal.path("/nginx.conf").read_text("utf-8")
    other = configuration.replace(f"http://127.0.0.1:{api_port}", "https://api.example.test")
    with nginx.serving(other, frontend_image.folder / "dist") as server:
        environment = variables(postgres, redis[0], api_port) | {"WEB_ORIGIN": f"http://127.0.0.1:{server.port}"}
        with running(node, backend, environment, redis[1]):
            shown = _look(server.port)
    assert shown.state == "unreachable"
    assert any("Content Security Policy" in line for line in shown.said)
