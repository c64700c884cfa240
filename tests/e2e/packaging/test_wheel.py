"""The wheel, in an empty folder: what a stranger gets."""

import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PROJECT = """
[project]
name = "shop"
repository = "acme/shop"
account = "111122223333"
region = "eu-west-1"

[edge.tls]
email = "ops@acme.example"
"""
STAGING = """
tier = "staging"

[aws]
account = "111122223333"
region = "eu-west-1"

[dns]
root_domain = "staging.acme.example"

[cluster.nodes.general]
instance_types = ["t4g.large"]
min = 2
max = 4
"""


@pytest.fixture
def program(wheel: Path, tmp_path: Path) -> Iterator[list[str]]:
    """The program as the wheel installs it, with the dependencies of this environment."""
    installed = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed)
    start = "import sys; sys.path.insert(0, sys.argv.pop(1)); from ddms_compile.cli import main; sys.exit(main())"
    yield [sys.executable, "-c", start, str(installed)]


def test_the_wheel_carries_the_charts_of_the_repository(wheel: Path) -> None:
    """Byte for byte, each file that git tracks under helm/, and no other."""
    tracked = subprocess.run(["git", "ls-files", "-z", "helm"], cwd=ROOT, capture_output=True, check=True).stdout
    wanted = {name.removeprefix("helm/"): (ROOT / name).read_bytes() for name in tracked.decode().split("\0") if name}
    with zipfile.ZipFile(wheel) as archive:
        prefix = "ddms_compile/charts/"
        held = {
            name.removeprefix(prefix): archive.read(name)
            for name in archive.namelist()
            if name.startswith(prefix) and not name.endswith("/")
        }
    assert held == wanted


def test_an_empty_folder_builds_from_the_wheel_alone(program: list[str], tmp_path: Path) -> None:
    """`build`, then `build --check`: charts, images, workflow and stacks come from the package; nothing is stale."""
    project = tmp_path / "project"
    (project / "environments").mkdir(parents=True)
    (project / "ddms.toml").write_text(PROJECT)
    (project / "environments" / "staging.toml").write_text(STAGING)
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    for command in (["build"], ["build", "--check"]):
        done = subprocess.run(
            [*program, "-C", str(project), *command], capture_output=True, text=True, timeout=300, env=environment
        )
        assert done.returncode == 0, done.stderr
    stack = (project / "generated/staging/terraform/stacks/platform/cdk.tf.json").read_text("utf-8")
    assert "generated/charts/cluster-base" in stack
    for chart in ("cluster-base", "cluster-issuers", "application", "monitoring-secrets"):
        assert (project / f"generated/charts/{chart}/Chart.yaml").is_file()
    script = (project / ".github/workflows/ci-cd.yml").read_text("utf-8")
    assert "generated/charts/application" in script
