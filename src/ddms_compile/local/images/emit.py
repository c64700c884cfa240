"""The back end: Dockerfiles of both images, for all environments; differences are build arguments."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from ddms_compile.emitter import Inputs
from ddms_compile.gates.text import filled, text_artifact
from ddms_compile.provenance.artifact import Artifact
from ddms_compile.provenance.traced import NO_KEYS, Keys, Traced
from ddms_compile.resolve import Environment
from ddms_compile.resolve.accounts import qualified
from ddms_compile.resolve.site import built_in
from ddms_compile.spec import EnvironmentSpec

Query = Callable[[EnvironmentSpec], str]

FOLDER = "generated/images"
TEMPLATES = Path(__file__).parent
PAGE = ("/", "/index.html")
PROBE = """\
location = {} {{
            access_log off;
            default_type text/plain;
            return 200 "ok\\n";
        }}"""


def emit_images(inputs: Inputs) -> Iterator[Artifact]:
    """Yield `generated/images/{backend,frontend}/`: Dockerfile, .dockerignore, and the configuration of nginx."""
    if not inputs.environments:
        return
    first = _first(inputs)
    node = _of(first, lambda s: s.versions.images.node)
    backend = {
        "node": node,
        "port": _of(first, lambda s: str(s.workloads.backend.port)),
        "health": _of(first, lambda s: s.workloads.backend.probes.liveness.path),
    }
    health = _of(first, lambda s: s.workloads.frontend.probes.liveness.path)
    frontend = {
        "node": node,
        "nginx": _of(first, lambda s: s.versions.images.nginx),
        "port": _of(first, lambda s: str(s.workloads.frontend.port)),
        "health": health,
        "probe": health.map(_probe),
        "arguments": _arguments(inputs.environments.values()),
    }
    yield _artifact("backend/Dockerfile", "backend.dockerfile", **backend)
    yield _artifact("backend/Dockerfile.dockerignore", "dockerignore")
    yield _artifact("frontend/Dockerfile", "frontend.dockerfile", **frontend)
    yield _artifact("frontend/Dockerfile.dockerignore", "dockerignore")
    yield _artifact("frontend/nginx.conf", "nginx.conf", **frontend)


def _first(inputs: Inputs) -> Environment:
    """Return the environment whose pins the images have: the first in the cloud, or the first of all."""
    found = inputs.environments
    cloud = [name for name in sorted(found) if found[name].tier != "local"]
    return found[(cloud or sorted(found))[0]]


def _arguments(environments: Iterable[Environment]) -> Traced[str]:
    """Return a line for each build-time variable of any environment's frontend; a missing one stays unset."""
    found: dict[str, Keys] = {}
    for environment in environments:
        for name, value in built_in(environment).items():
            found[name] = found.get(name, NO_KEYS) | qualified(environment, value).keys
    lines = "".join(f"\nARG {name}" for name in sorted(found))
    return Traced(lines, NO_KEYS.union(*found.values()))


def _probe(path: str) -> str:
    """Return nginx's answer to the probe: a fixed one, except at `/`, which serves the page."""
    return "# The probe requests the page." if path in PAGE else PROBE.format(path)


def _of(environment: Environment, query: Query) -> Traced[str]:
    return qualified(environment, environment.read(query))


def _artifact(path: str, template: str, **parts: Traced[str]) -> Artifact:
    return text_artifact(
        f"{FOLDER}/{path}",
        filled((TEMPLATES / template).read_text("utf-8"), **parts),
        construct="images",
        environment=None,
        emitter="images",
    )
