"""The images as a real builder makes them, from the generated Dockerfiles, unchanged but for the digests of bases."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from oracles import builder as oracle
from oracles.dockerfile import stages

from .conftest import APP, IGNORED, IMAGES, UNREACHABLE, Node, answers, end, free_port, wait_for
from .service import Service, variables


def _base(name: str) -> str:
    """The published image that an image ends up on, by its full name."""
    base = stages((IMAGES / name / "Dockerfile").read_text("utf-8"))[-1].base
    return f"docker.io/{base if '/' in base else f'library/{base}'}"


@pytest.fixture(scope="module")
def builder(node: Node) -> Iterator[oracle.Builder]:
    if reason := oracle.unavailable():
        pytest.skip(f"UNCHECKED by a builder of images: {reason}")
    with oracle.builder(node.wheel, {"node": _base("backend"), "nginx": _base("frontend")}) as made:
        yield made


def _built(builder: oracle.Builder, name: str, contexts: dict[str, Path], **arguments: str) -> str:
    """The image of a workload, built of a checkout that only its owner may read and whose files others may write."""
    try:
        with tempfile.TemporaryDirectory(prefix="source-") as folder:
            source = Path(folder, "source")
            shutil.copytree(APP / name, source, ignore=IGNORED)
            (source / "public").mkdir()
            (source / "public" / "robots.txt").write_text("User-agent: *\n")
            for number, path in enumerate(sorted(source.rglob("*"))):
                path.chmod((0o700 if path.is_dir() else 0o600) | (0o022 if number % 2 else 0))
            builder.build(name, IMAGES / name / "Dockerfile", source, contexts=contexts, **arguments)
    except RuntimeError as error:
        if any(code in str(error) for code in UNREACHABLE):
            pytest.skip("UNCHECKED by a builder of images: no package registry can be reached")
        raise
    return name


@pytest.fixture(scope="module")
def api(builder: oracle.Builder) -> str:
    return _built(builder, "backend", {})


@pytest.fixture(scope="module")
def app(builder: oracle.Builder) -> str:
    return _built(builder, "frontend", {"platform": IMAGES / "frontend"}, VITE_API_URL="https://api.example.test")


def test_the_api_runs_from_its_image(
    builder: oracle.Builder, api: str, postgres: int, redis: tuple[int, "subprocess.Popen[bytes]"]
) -> None:
    """With its own file system, its own account and the command of the image; its health check finds it well."""
    found = builder.configuration(api)
    assert (found["User"], found["WorkingDir"], found["StopSignal"]) == ("10001:10001", "/app", "SIGTERM")
    assert found["Cmd"] == ["node", "--enable-source-maps", "dist/server.js"]
    port = free_port()
    environment = variables(postgres, redis[0], port) | {"PATH": oracle.PATH, "NODE_ENV": "production"}
    with builder.container(api) as (_, root):
        inside = ["chroot", f"--userspec={found['User']}", str(root), "/bin/sh", "-c", 'cd /app && exec "$@"', "sh"]
        process = subprocess.Popen([*inside, *found["Cmd"]], env=environment, stdout=subprocess.DEVNULL)
        try:
            wait_for(lambda: answers(port), "the start of the API")
            service = Service(port=port, process=process, redis=redis[1])
            wait_for(lambda: service.ask("/readyz")[0] == 200, "readiness")
            probe = [*inside, *found["Healthcheck"]["Test"][1:]]
            assert subprocess.run(probe, env=environment, timeout=30, check=False).returncode == 0
            other = environment | {"PORT": str(free_port())}
            assert subprocess.run(probe, env=other, timeout=30, check=False).returncode == 1
        finally:
            end(process)


def test_the_image_of_the_api_holds_what_runs_and_no_more(builder: oracle.Builder, api: str) -> None:
    """No source, no tests, no compiler, no cache of packages; and the account that runs owns nothing."""
    with builder.container(api) as (_, root):
        assert sorted(path.name for path in (root / "app").iterdir()) == ["dist", "node_modules", "package.json"]
        assert not (root / "app" / "dist" / "test").exists()
        assert not (root / "app" / "node_modules" / "typescript").exists()
        assert not (root / "npm").exists() or not any((root / "npm").iterdir())
        assert {path.lstat().st_uid for path in (root / "app").rglob("*")} == {0}
        assert _unfit(root / "app") == []


def _unfit(folder: Path) -> list[str]:
    """What an account without rights cannot read, or can write."""
    paths = [path for path in sorted(folder.rglob("*")) if not path.is_symlink()]
    modes = {path: path.stat().st_mode for path in paths}
    needed = {path: 0o005 if path.is_dir() else 0o004 for path in paths}
    return [str(p) for p in paths if modes[p] & needed[p] != needed[p] or modes[p] & 0o022]


def test_nginx_accepts_what_is_in_the_image_of_the_app(builder: oracle.Builder, app: str) -> None:
    """The page is there, built for the API of the argument, and no source."""
    with builder.container(app) as (container, root):
        # Only a container runtime makes /dev/stderr writable for its account: tests/consumers/nginx runs as that.
        builder.run("run", "--isolation", "chroot", "--user", "0:0", container, "nginx", "-t")
        site = root / "usr" / "share" / "nginx" / "html"
        assert sorted(path.name for path in site.iterdir()) == ["assets", "index.html", "robots.txt"]
        assert _unfit(site) == []
        assert "connect-src 'self' https://api.example.test;" in (root / "etc" / "nginx" / "nginx.conf").read_text()
        assert any("https://api.example.test" in path.read_text() for path in (site / "assets").glob("*.js"))
        assert not (root / "app").exists()
    found = builder.configuration(app)
    assert (found["User"], found["Cmd"]) == ("10001:10001", ["nginx", "-g", "daemon off;"])
    assert found["Healthcheck"]["Test"][:2] == ["CMD", "wget"]
