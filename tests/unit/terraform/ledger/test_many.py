"""With many environments other processes make the stacks; what they have to say arrives all the same."""

import datetime
import shutil
from pathlib import Path

from ddms_compile.emitter import MANY
from ddms_compile.pipeline.compile import compile
from ddms_compile.pipeline.request import Request
from example_project import DATA

ROOT = Path(__file__).parents[4]
CACHE = Path.home() / ".cache" / "ddms-compile"

ENVIRONMENT = """
tier = "staging"
aws = {{ account = "111122223333", region = "eu-west-1" }}
dns = {{ root_domain = "{name}.ddms.example.com" }}
network = {{ cidr = "10.{number}.0.0/16" }}
cluster = {{ nodes.general = {{ instance_types = ["t4g.large"], min = 2, max = 4 }} }}
workloads = {{ backend.image.tag = "1.0.0", frontend.image.tag = "1.0.0" }}
"""


def _project(root: Path) -> None:
    (root / "environments").mkdir()
    (root / "ddms.toml").write_text((DATA / "ddms.toml").read_text("utf-8"), "utf-8")
    shutil.copytree(ROOT / "helm", root / "helm")
    for number in range(MANY):
        text = ENVIRONMENT.format(name=f"e{number}", number=number)
        (root / "environments" / f"e{number}.toml").write_text(text, "utf-8")


def _compiled(root: Path, workers: int) -> tuple[dict[str, str], list[tuple[str, str]]]:
    request = Request(root=root, today=datetime.date(2026, 11, 23), cache_dir=CACHE, workers=workers)
    done = compile(request)
    errors = [(d.code, d.message) for d in done.checked.diagnostics if d.severity == "error"]
    return {artifact.path: artifact.text for artifact in done.artifacts}, errors


def test_several_processes_make_what_one_makes(tmp_path: Path) -> None:
    """The same files byte for byte, and the same error when a ledger cannot be read."""
    _project(tmp_path)
    alone, errors = _compiled(tmp_path, 1)
    assert errors == []
    assert _compiled(tmp_path, 2) == (alone, [])
    assert len([path for path in alone if path.endswith("cdk.tf.json")]) == 2 * MANY + 1

    ledger = tmp_path / "generated" / "e3" / "terraform" / "ledger.json"
    ledger.parent.mkdir(parents=True)
    ledger.write_text("<<<<<<< HEAD")
    path = ledger.relative_to(tmp_path).as_posix()
    for workers in (1, 2):
        assert _compiled(tmp_path, workers) == ({}, [("DDMS603", f"{path} is not a valid ledger of addresses")])
