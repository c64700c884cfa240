"""Many environments in one run: seconds, and memory as the run goes on. `make benchmark-many`.

Every environment is a file of a project in a temporary folder; all are loaded and validated together, then their stacks
are made one after the other and let go, as a program would that writes each as it comes.
"""

import argparse
import datetime
import os
import shutil
import tempfile
import time
from pathlib import Path

from measure import resident

from ddms_compile.cdktf.session import Session
from ddms_compile.emitter import Inputs
from ddms_compile.pipeline import compile as pipeline
from ddms_compile.pipeline.request import Request
from ddms_compile.resolve import resolve_all
from ddms_compile.terraform.emit import emit_terraform

ROOT = Path(__file__).parents[1]

IN_ACCOUNT = 20
"""Environments in an account of AWS. Each makes some 15 roles, of which an account has 1,000 unless it asks for more:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""

ENVIRONMENT = """
tier = "staging"
aws = {{ account = "{account}", region = "eu-west-1" }}
dns = {{ root_domain = "{name}.ddms.example.com" }}
network = {{ cidr = "10.{high}.{low}.0/18", subnets = {{ private = 21, public = 24, data = 26 }} }}
cluster = {{ nodes.general = {{ instance_types = ["t4g.large"], min = 2, max = 4 }} }}
workloads = {{ backend.image.tag = "1.0.0", frontend.image.tag = "1.0.0" }}
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000, help="environments, at most 1024")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = write_project(Path(folder), options.count)
        start = time.perf_counter()
        checked = pipeline.check(Request(root=root, today=datetime.date.today(), cache_dir=root / "cache"))
        assert not checked.failed, checked.diagnostics[:3]
        print(f"{options.count} environments loaded and validated in {time.perf_counter() - start:.1f} s")
        session = Session(cache_dir=root / "cache", workers=options.workers)
        inputs = Inputs(
            environments=resolve_all(checked.specs),
            wanted=tuple(checked.specs),
            root=root,
            today=datetime.date.today(),
            cdktf=session,
        )
        compile_all(inputs, options.count, start)
        session.close()


def compile_all(inputs: Inputs, count: int, start: float) -> None:
    """Take each artifact and let it go."""
    print("| environments | seconds | MB  |\n|-------------:|--------:|----:|")
    done: set[str | None] = set()
    size = 0
    for artifact in emit_terraform(inputs):
        size += len(artifact.text)
        before = len(done)
        done.add(artifact.environment)
        if len(done) != before and before and before % max(count // 10, 1) == 0:
            print(f"| {before:12} | {time.perf_counter() - start:7.1f} | {resident(os.getpid()):3.0f} |", flush=True)
    print(f"| {count:12} | {time.perf_counter() - start:7.1f} | {resident(os.getpid()):3.0f} |")
    print(f"{size / 1e6:.0f} MB of Terraform JSON by {inputs.cdktf.workers} processes")


def write_project(root: Path, count: int) -> Path:
    """A project of `count` environments, each with its own /18 of 10.0.0.0/8."""
    shutil.copy(ROOT / "ddms.toml", root)
    (root / "environments").mkdir()
    for number in range(count):
        name = f"e{number}"
        account = 111122220000 + number // IN_ACCOUNT
        text = ENVIRONMENT.format(name=name, account=account, high=number // 4, low=number % 4 * 64)
        (root / "environments" / f"{name}.toml").write_text(text, "utf-8")
    return root


if __name__ == "__main__":
    main()
