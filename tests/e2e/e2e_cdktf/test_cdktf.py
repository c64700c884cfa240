"""cdktf-cli itself reads what `ddms-compile synth` writes, and deploys in waves."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from example_project import DATA, built

ROOT = Path(__file__).parents[3]
CLI = ROOT / ".cache/cdktf/node_modules/.bin/cdktf"
NEWEST_NODE = 22
"""Its terminal has no build for later ones."""

Run = Callable[..., str]


def unavailable() -> str | None:
    """Why cdktf-cli cannot be asked, or None."""
    if not CLI.exists():
        return "cdktf-cli is not installed (make e2e-cdktf)"
    if shutil.which("terraform") is None:
        return "no terraform on PATH"
    node = shutil.which("node")
    if node is None:
        return "no Node.js on PATH"
    version = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=60, check=True).stdout
    return f"Node.js {version.strip()} is too new" if int(version[1:].split(".")[0]) > NEWEST_NODE else None


@pytest.fixture
def cdktf(tmp_path: Path) -> Run:
    """cdktf-cli in a folder of its own."""
    if reason := unavailable():
        pytest.skip(f"UNCHECKED by cdktf-cli: {reason}")
    rc = tmp_path / "rc"
    rc.write_text("", "utf-8")
    environ = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "CDKTF_HOME": str(tmp_path / "home"),
        "CHECKPOINT_DISABLE": "1",
        "CI": "1",
        "TF_CLI_CONFIG_FILE": str(rc),
    }

    def run(*arguments: str) -> str:
        result = subprocess.run(
            [str(CLI), *arguments],
            cwd=tmp_path,
            env=environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    return run


def test_the_shipped_project_is_read(cdktf: Run, tmp_path: Path) -> None:
    """`synth` gives cdktf what is committed; with the state in files too, `list` knows every stack."""
    shutil.copy(ROOT / "cdktf.json", tmp_path)
    for name in ("environments", "helm"):
        shutil.copytree(built() / name, tmp_path / name)
    data = (DATA / "ddms.toml").read_text("utf-8")
    for text, backend in ((data, None), (f'{data}\n[state]\nbackend = "local"\n', "local")):
        (tmp_path / "ddms.toml").write_text(text, "utf-8")
        cdktf("synth")
        stacks = json.loads((tmp_path / "cdktf.out/manifest.json").read_text("utf-8"))["stacks"]
        assert {"prod-foundation", "prod-platform", "staging-foundation", "staging-platform"} <= set(stacks)
        for name, stack in stacks.items():
            made = json.loads((tmp_path / "cdktf.out" / stack["synthesizedStackPath"]).read_text("utf-8"))
            environment, wave = name.split("-", 1)
            path = built() / f"generated/{environment}/terraform/stacks/{wave}/cdk.tf.json"
            committed = json.loads(path.read_text("utf-8"))
            assert backend in made["terraform"]["backend"] if backend else made["resource"] == committed["resource"]
    listed = cdktf("list")
    assert all(name in listed for name in stacks)


def test_two_waves_come_and_go(cdktf: Run, tmp_path: Path) -> None:
    """`deploy` makes the second wave of the first's outputs; `diff` is empty then; `destroy` goes back in reverse.

    Both are given the stacks in the wrong order: what depends on what is in the manifest.
    """
    app = {"language": "python", "app": f"{sys.executable} {Path(__file__).with_name('cloudless.py')}"}
    (tmp_path / "cdktf.json").write_text(json.dumps({**app, "projectId": "t", "sendCrashReports": "false"}), "utf-8")
    cdktf("deploy", "test-platform", "test-foundation", "--auto-approve")

    def state(name: str) -> dict[str, object]:
        found: dict[str, object] = json.loads((tmp_path / f"terraform.test-{name}.tfstate").read_text("utf-8"))
        return found

    assert state("platform")["outputs"] == {"addon": {"value": "on 10.0.0.0/16", "type": "string"}}
    assert all("No changes" in cdktf("diff", f"test-{name}") for name in ("foundation", "platform"))
    cdktf("destroy", "test-foundation", "test-platform", "--auto-approve")
    assert state("foundation")["resources"] == state("platform")["resources"] == []
    order = (tmp_path / "order").read_text("utf-8").split()
    assert order == ["+network", "+addon", "-addon", "-network"]
