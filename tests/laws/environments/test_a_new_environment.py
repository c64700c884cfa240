"""Environments are data: a new one is a file; without it, and with its loss declared, nothing of it stays."""

import hashlib
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

from example_project import built

ROOT = Path(__file__).parents[3]
PROGRAM = Path(sys.executable).with_name("ddms-compile")


def build(root: Path) -> None:
    """A build that must succeed."""
    subprocess.run([PROGRAM, "-q", "-C", root, "build"], check=True, timeout=300)


def files(root: Path) -> dict[str, str]:
    """Every file but the compiler's own state, by path, with its hash."""
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".ddms-compile" not in path.parts
    }


def test_a_file_more_is_an_environment_more_and_a_file_less_leaves_nothing_behind(tmp_path: Path) -> None:
    """A copy of staging with another range and domain compiles; without it the tree is as it was, byte for byte."""
    for name in ("ddms.toml", "environments", "helm", "generated", ".github"):
        source = built() / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)
    build(tmp_path)
    before = files(tmp_path)
    text = (tmp_path / "environments" / "staging.toml").read_text("utf-8")
    assert "10.10.0.0" in text and "staging.ddms" in text
    new = tmp_path / "environments" / "qa.toml"
    new.write_text(text.replace("10.10.0.0", "10.30.0.0").replace("staging.ddms", "qa.ddms"), "utf-8")

    build(tmp_path)
    with_it = files(tmp_path)
    # Beside its own files only what speaks of all environments changes: pipeline, the account's roles and ledger, list.
    changed = {path for path in before if with_it.get(path) != before[path]}
    assert changed == {
        ".github/workflows/ci-cd.yml",
        "generated/bootstrap/terraform/ledgers/111122223333.json",
        "generated/bootstrap/terraform/stacks/111122223333/cdk.tf.json",
        "generated/manifest.json",
    }
    assert {path.split("/")[1] for path in with_it.keys() - before.keys()} == {"qa", "qa.toml"}

    new.unlink()
    refused = subprocess.run(
        [PROGRAM, "-C", tmp_path, "build"], capture_output=True, text=True, timeout=300, check=False
    )
    assert refused.returncode == 1
    assert "error[DDMS606]: the environment `qa` was removed" in refused.stderr
    assert files(tmp_path).keys() == with_it.keys() - {"environments/qa.toml"}
    # The advice is pasted as it is, and taken out again when it has done its work.
    advice = textwrap.dedent(refused.stderr.partition("environments/prod.toml:\n")[2].partition("\n\n")[0])
    judge = tmp_path / "environments" / "prod.toml"
    kept = judge.read_text("utf-8")
    judge.write_text(f"{kept}\n{advice}\n", "utf-8")
    build(tmp_path)
    judge.write_text(kept, "utf-8")
    build(tmp_path)
    assert files(tmp_path) == before
