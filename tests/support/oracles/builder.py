"""Buildah builds the Dockerfiles on bases that stand in for the published ones; only digests are left out of them.

No registry is asked. A stand-in has the name of a base image and in it a shell, the usual small programs (busybox) and
the one program that the base is there for, taken from this machine: it proves the Dockerfile and the source, and says
nothing about the published base. No stand-in can have the digest of what it stands for, so the names lose theirs.
"""

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BUILD_SECONDS = 300
PATH = "/usr/local/bin:/usr/sbin:/usr/bin:/bin"
FOLDERS = (
    "bin",
    "usr/bin",
    "usr/local/bin",
    "usr/local/lib",
    "usr/sbin",
    "etc/nginx",
    "root",
    "dev",
    "proc",
    "sys",
    "tmp",
)
DIGEST = re.compile(r"@sha256:[0-9a-f]{64}")
LOADED = ("librt.so.1", "libpthread.so.0", "libdl.so.2", "libutil.so.1", "libresolv.so.2", "libnss_dns.so.2")
"""Parts of the C library that packages load when they run."""


def unavailable() -> str | None:
    """Why nothing can be built, or None."""
    missing = [name for name in ("buildah", "busybox", "nginx") if _program(name) is None]
    if missing:
        return f"no {', '.join(missing)}; install the Debian packages buildah, busybox-static, nginx-light"
    if os.geteuid() != 0:
        return "buildah makes root file systems only as root here"
    # Root in a container may lack the right to mount.
    allowed = subprocess.run(["unshare", "--mount", "true"], capture_output=True, timeout=20, check=False)
    return None if allowed.returncode == 0 else f"no right to mount: {allowed.stderr.decode().strip()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Builder:
    """Buildah with a store of its own."""

    folder: Path

    def build(
        self, name: str, dockerfile: Path, context: Path, *, contexts: Mapping[str, Path], **arguments: str
    ) -> None:
        """Raises RuntimeError with what it said when it fails."""
        options = [f"--build-context={key}={path}" for key, path in contexts.items()]
        options += [f"--build-arg={key}={value}" for key, value in arguments.items()]
        kind = ["--isolation", "chroot", "--pull-never", "--format", "docker"]
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            for path in dockerfile.parent.glob(f"{dockerfile.name}*"):
                Path(folder, path.name).write_text(DIGEST.sub("", path.read_text("utf-8")), "utf-8")
            unpinned = Path(folder, dockerfile.name)
            self.run("build", *kind, *options, "-t", name, "-f", str(unpinned), str(context))

    def configuration(self, name: str) -> dict[str, Any]:
        """What a runtime reads of the image: User, Cmd, Healthcheck, …"""
        found: dict[str, Any] = json.loads(self.run("inspect", "--type", "image", name))["Docker"]["config"]
        return found

    @contextmanager
    def container(self, name: str) -> Iterator[tuple[str, Path]]:
        """A container that does not run, and where its file system is."""
        made = self.run("from", "--pull-never", name).strip()
        try:
            yield made, Path(self.run("mount", made).strip())
        finally:
            self.run("rm", made)

    def run(self, *arguments: str) -> str:
        """One command of buildah."""
        store = ["--storage-driver", "vfs", "--root", f"{self.folder}/store", "--runroot", f"{self.folder}/run"]
        done = subprocess.run(
            ["buildah", *store, *arguments],
            capture_output=True,
            text=True,
            timeout=BUILD_SECONDS,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"buildah {arguments[0]}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}")
        return done.stdout


@contextmanager
def builder(node: Path, images: Mapping[str, str]) -> Iterator[Builder]:
    """A builder that knows the bases `node` and `nginx` by the names in `images`. `node`: the wheel's folder."""
    with tempfile.TemporaryDirectory(prefix="images-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        made = Builder(folder=folder)
        for kind, image in images.items():
            root = folder / kind
            _small_system(root)
            (_with_node if kind == "node" else _with_nginx)(root, node)
            variables = [f"--env=PATH={PATH}", *_trust(root)]
            container = made.run("from", "scratch").strip()
            made.run("add", "-q", container, str(root), "/")
            made.run("config", *variables, container)
            made.run("commit", "-q", "--rm", container, DIGEST.sub("", image))
        try:
            yield made
        finally:
            made.run("rm", "--all")


def _small_system(root: Path) -> None:
    for name in FOLDERS:
        (root / name).mkdir(parents=True, exist_ok=True)
    (root / "tmp").chmod(0o1777)
    busybox = str(_program("busybox"))
    shutil.copy(busybox, root / "bin" / "busybox")
    listed = subprocess.run([busybox, "--list"], capture_output=True, text=True, timeout=20, check=True).stdout.split()
    for name in listed:
        if name != "busybox":
            (root / "bin" / name).symlink_to("busybox")
    (root / "usr" / "bin" / "env").symlink_to("/bin/busybox")
    (root / "etc" / "passwd").write_text("root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n")
    (root / "etc" / "group").write_text("root:x:0:\nnobody:x:65534:\nnogroup:x:65534:\n")


def _with_node(root: Path, wheel: Path) -> None:
    _place(root, wheel / "bin" / "node", "usr/local/bin/node")
    shutil.copytree(wheel / "lib" / "node_modules", root / "usr" / "local" / "lib" / "node_modules", symlinks=True)
    npm = root / "usr" / "local" / "bin" / "npm"
    npm.write_text('#!/bin/sh\nexec node /usr/local/lib/node_modules/npm/bin/npm-cli.js "$@"\n')
    npm.chmod(0o755)
    # How this machine reaches its registry.
    if (settings := Path.home() / ".npmrc").is_file():
        shutil.copy(settings, root / "root" / ".npmrc")


def _with_nginx(root: Path, _: Path) -> None:
    _place(root, Path(str(_program("nginx"))), "usr/sbin/nginx")
    shutil.copy("/etc/nginx/mime.types", root / "etc" / "nginx")
    (root / "usr" / "share" / "nginx" / "html").mkdir(parents=True)


def _trust(root: Path) -> list[str]:
    """The authorities that this machine trusts beyond the usual ones."""
    extra = os.environ.get("NODE_EXTRA_CA_CERTS")
    if not extra:
        return []
    shutil.copy(extra, root / "etc" / "extra.pem")
    return ["--env=NODE_EXTRA_CA_CERTS=/etc/extra.pem"]


def _place(root: Path, program: Path, target: str) -> None:
    """A program with the libraries that it needs."""
    shutil.copy(program, root / target)
    listed = subprocess.run(["ldd", program], capture_output=True, text=True, timeout=20, check=True).stdout
    libraries = [Path(path) for path in re.findall(r"(/\S+)", listed)]
    more = [libraries[-1].parent / name for name in LOADED] + [path.parent / n for path in libraries for n in LOADED]
    for path in {*libraries, *(each for each in more if each.exists())}:
        place = root / str(path).lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, place)


def _program(name: str) -> str | None:
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin")
