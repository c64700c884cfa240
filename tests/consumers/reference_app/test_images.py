"""The images' Dockerfiles, rehearsed on the reference application."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from oracles.dockerfile import Context, Rehearsal, stages

from .conftest import IMAGES, Image, Node


def _runtime(name: str) -> list[str]:
    """What the second stage takes from the first."""
    copies = stages((IMAGES / name / "Dockerfile").read_text("utf-8"))[1].all("COPY")
    return [source for copy in copies for source in re.findall(r"--from=build (\S+) \S+", copy)]


def test_each_step_of_the_backend_passes_and_leaves_what_the_image_holds(backend_image: Image) -> None:
    """Install, build and prune; the runtime takes what is there, without tests and development packages."""
    assert [re.findall(r"(?<![/\w])npm (?:run )?(\w+)", command) for command in backend_image.ran] == [
        ["ci"],
        ["build", "prune"],
    ]
    assert all(backend_image.rehearsal.path(path).exists() for path in _runtime("backend"))
    assert not (backend_image.folder / "dist" / "test").exists()
    packages = {path.name for path in (backend_image.folder / "node_modules").iterdir()}
    assert "pg" in packages
    assert not packages & {"typescript", "eslint"}


def test_each_step_of_the_frontend_passes_and_leaves_what_the_image_holds(frontend_image: Image, api_port: int) -> None:
    """Install, build, and the API's address in the configuration of nginx."""
    assert len(frontend_image.ran) == 4
    assert all(frontend_image.rehearsal.path(path).exists() for path in _runtime("frontend"))
    configuration = frontend_image.rehearsal.path("/nginx.conf").read_text("utf-8")
    assert f"connect-src 'self' http://127.0.0.1:{api_port};" in configuration
    assert "API_ORIGIN" not in configuration.replace("# ", "").split("server {")[1]


HOSTILE = (
    "",
    "api.example.com",
    "https://api.example.com/path",
    "https://api.example.com'; script-src *",
    "https://api.example.com|g; s|x|y",
    "https://$(touch owned).example.com",
    "https://`touch owned`.example.com",
    "https://api.example.com\nlisten 1;",
    'https://api.example.com"; touch owned; "',
    # Origins to a reader of URLs; in the header or in nginx each of them means something else.
    "https://api.example.com;sandbox",
    'https://api.example.com"',
    "https://$host.example.com",
    "https://a&b.example.com",
    "https://*.example.com",
    "https://{api}.example.com",
    "https://a,b.example.com",
    "https://api'example.com",
    "wss://api.example.com",
)


@pytest.mark.parametrize("address", HOSTILE)
def test_an_address_that_is_no_origin_stops_the_build(node: Node, tmp_path: Path, address: str) -> None:
    """It goes into a header and a script: whatever else is in it is refused, and no shell runs it."""
    assert _checked(node, tmp_path, address) != 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "address",
    ["https://api.example.com", "http://localhost:3000", "http://api_1:3000", "https://192.0.2.1", "http://[::1]:3000"],
)
def test_an_address_that_is_an_origin_does_not(node: Node, tmp_path: Path, address: str) -> None:
    """Names, numbers and ports are all that a host needs."""
    assert _checked(node, tmp_path, address) == 0


def _checked(node: Node, folder: Path, address: str) -> int:
    """The exit code of the step that looks at the API's address."""
    commands = stages((IMAGES / "frontend" / "Dockerfile").read_text("utf-8"))[0].all("RUN")
    (check,) = [command for command in commands if command.startswith("node -e")]
    return subprocess.run(
        ["/bin/sh", "-c", check],
        cwd=folder,
        env={"PATH": f"{node.binary.parent}{os.pathsep}{os.environ['PATH']}", "VITE_API_URL": address},
        capture_output=True,
        timeout=30,
        check=False,
    ).returncode


def test_what_is_secret_or_built_does_not_get_into_an_image(tmp_path: Path) -> None:
    """At any depth; the rest of the source does."""
    kept = {"package.json", "src/main.ts", "src/environment.ts", ".env.example", ".npmrc"}
    left = {
        ".env", ".env.local", "deep/.env", ".git/config", "keys/server.key", "server.pem", "a/b.p12", "npm-debug.log",
        ".aws/credentials", "node_modules/x/index.js", "dist/main.js", "coverage/index.html", "terraform.tfstate",
        "terraform.tfstate.backup",
    }  # fmt: skip
    for name in kept | left:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    for image in ("backend", "frontend"):
        ignored = (IMAGES / image / "Dockerfile.dockerignore").read_text("utf-8")
        assert set(Context(tmp_path, ignored).files()) == kept


def test_a_step_that_fails_stops_the_rehearsal(tmp_path: Path) -> None:
    """Else all the above would pass whatever happens."""
    (stage,) = stages("FROM base AS build\nWORKDIR /app\nRUN exit 3\n")
    rehearsal = Rehearsal(root=tmp_path, stage=stage, contexts={}, environment={"PATH": os.environ["PATH"]})
    with pytest.raises(RuntimeError, match="exit 3"):
        list(rehearsal.steps())
