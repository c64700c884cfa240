"""One environment after the other: its account is bootstrapped, its foundation applied, looked at, and destroyed."""

import datetime
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from e2e_aws.left_out import BACKEND, FORGOTTEN, Reduced, reduce
from example_project import DATA, built
from oracles import real_aws
from oracles.moto import Account, Root, account, cloud

ROOT = Path(__file__).parents[3]
TOKEN = "not-a-real-token-of-the-cache"
WAIVER = '[[policy.waivers]]\ncode = "DDMS302"\nreason = "taken down at the end of a test"\nexpires = {day}\n'


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """An environment that runs."""

    environment: str
    account: Account
    bootstrap: Root
    foundation: Root
    stacks: dict[str, Reduced]
    aws: real_aws.RealAws

    def client(self, service: str) -> Any:
        """A client in its account."""
        return self.account.client(service)

    def write(self, root: Root, path: Path) -> Reduced:
        """Put a generated stack into a root, as moto and the provider can take it."""
        document = self.aws.older(json.loads(path.read_text("utf-8")))
        document["provider"]["aws"][0]["max_retries"] = 2
        reduced = reduce(document)
        root.write(reduced.document)
        return reduced


def unavailable() -> str | None:
    """Why nothing can be applied, or None."""
    if shutil.which("terraform") is None:
        return "no terraform on PATH"
    return real_aws.unavailable()


@pytest.fixture(scope="session")
def aws() -> Iterator[real_aws.RealAws]:
    """The provider of the machine's mirror."""
    if reason := unavailable():
        pytest.skip(f"UNCHECKED by an apply: {reason}")
    with real_aws.real_aws() as found:
        assert found.schema
        yield found


@pytest.fixture(scope="session", params=os.environ.get("E2E_ENVIRONMENTS", "staging prod").split())
def scene(
    request: pytest.FixtureRequest, aws: real_aws.RealAws, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Scene]:
    """The environment, applied in the README's order."""
    name = request.param
    stacks = built() / "generated" / name / "terraform/stacks"
    provider = json.loads((stacks / "foundation/cdk.tf.json").read_text("utf-8"))["provider"]["aws"][0]
    (number,) = provider["allowed_account_ids"]
    folder = tmp_path_factory.mktemp(name)
    with cloud() as address:
        owner = account(address, number, provider["region"])
        environ = {
            **owner.environ,
            "TF_CLI_CONFIG_FILE": str(aws.folder / "rc"),
            "TF_VAR_redis_auth_token": TOKEN,
            "TF_VAR_secrets_version": "1",
        }
        made = Scene(
            environment=name,
            account=owner,
            bootstrap=Root(folder=folder / "bootstrap", environ=environ),
            foundation=Root(folder=folder / "foundation", environ=environ),
            stacks={},
            aws=aws,
        )
        made.stacks["bootstrap"] = made.write(
            made.bootstrap, built() / f"generated/bootstrap/terraform/stacks/{number}/cdk.tf.json"
        )
        made.bootstrap.up()
        # The zone is there before anything of ours: nobody else may be asked to delegate a domain.
        zone = _zone(stacks / "foundation/cdk.tf.json")
        made.client("route53").create_hosted_zone(Name=zone, CallerReference=name)
        made.stacks["foundation"] = made.write(made.foundation, stacks / "foundation/cdk.tf.json")
        made.foundation.up()
        request.config.stash.setdefault(TABLE, []).append(made)
        yield made


TABLE = pytest.StashKey[list[Scene]]()


def _zone(path: Path) -> str:
    found: str = json.loads(path.read_text("utf-8"))["data"]["aws_route53_zone"]["public"]["name"]
    return found


def unprotected(folder: Path, environment: str) -> Path:
    """The foundation after a person has turned deletion protection off in the data, as the README says."""
    copy = folder / "project"
    copy.mkdir()
    shutil.copy(DATA / "ddms.toml", copy)
    for name in ("environments", "generated", "helm"):
        shutil.copytree(built() / name, copy / name)
    data = copy / "environments" / f"{environment}.toml"
    text = data.read_text("utf-8").replace("[postgres]\n", "[postgres]\ndeletion_protection = false\n")
    soon = datetime.date.today() + datetime.timedelta(days=7)
    data.write_text(f"{text}\n{WAIVER.format(day=soon)}", "utf-8")
    program = ROOT / ".venv/bin/ddms-compile"
    result = subprocess.run(
        [program, "build", environment], cwd=copy, capture_output=True, text=True, timeout=120, check=False
    )
    assert result.returncode == 0, result.stderr
    return copy / "generated" / environment / "terraform/stacks/foundation/cdk.tf.json"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """How much was applied, and what was left out and why."""
    scenes = config.stash.get(TABLE, [])
    if not scenes:
        return
    terminalreporter.section("applied to moto")
    terminalreporter.write_line(f"UNCHECKED state in a bucket: {BACKEND}")
    terminalreporter.write_line("UNCHECKED platform: its charts go to a cluster, and moto's clusters run nothing")
    for argument, reason in FORGOTTEN.items():
        terminalreporter.write_line(f"UNCHECKED {argument} by a second plan: moto forgets {reason}")
    for scene in scenes:
        for stack, reduced in scene.stacks.items():
            counts = f"{len(reduced.applied):4} applied {len(reduced.left_out):4} left out"
            terminalreporter.write_line(f"{scene.environment:10} {stack:12} {counts}")
            for address, reason in sorted(reduced.left_out.items()):
                terminalreporter.write_line(f"  UNCHECKED {address}: {reason}")
