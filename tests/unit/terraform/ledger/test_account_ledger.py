"""What is once in an account is as safe as an environment: its ledger is written, read and held against the build."""

import datetime
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from ddms_compile.cdktf import Binding
from ddms_compile.cdktf.session import Session
from ddms_compile.resolve import resolve_all
from ddms_compile.resolve.accounts import make_accounts
from ddms_compile.spec import EnvironmentSpec
from ddms_compile.spec.policy import Loss
from ddms_compile.terraform.account import make_account
from ddms_compile.terraform.ledger.file import Synthesized
from ddms_compile.terraform.ledger.ledger import Ledger, read_ledger
from ddms_compile.terraform.paths import ledger_of_account
from terraform.shapes import TODAY, shipped

OTHER = "999999999999"
LEDGERS = "generated/bootstrap/terraform/ledgers"


@pytest.fixture(scope="module")
def binding(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Binding]:
    session = Session(cache_dir=tmp_path_factory.mktemp("bindings"))
    try:
        yield session.binding("cdktf")
    finally:
        session.close()


def specs(
    *, home: str | None = None, accepting: Mapping[str, tuple[Loss, ...]] | None = None
) -> dict[str, EnvironmentSpec]:
    """The shipped environments; `home`: another account of the project; `accepting`: losses by environment."""
    found: dict[str, EnvironmentSpec] = {}
    for name, spec in shipped().items():
        project = spec.project if home is None else spec.project.model_copy(update={"account": home})
        policy = spec.policy.model_copy(update={"losses": (accepting or {}).get(name, ())})
        found[name] = spec.model_copy(update={"project": project, "policy": policy})
    return found


def earlier(root: Path, number: str) -> Ledger:
    """The ledger that was kept."""
    path = root / ledger_of_account(number)
    return read_ledger(path.read_bytes()) if path.exists() else Ledger()


def made(binding: Binding, root: Path, wanted: Mapping[str, EnvironmentSpec]) -> dict[str, Synthesized]:
    """What is made of each account, by its number."""
    environments = resolve_all(wanted)
    return {
        account.number.value: make_account(binding, account, environments, earlier(root, account.number.value), TODAY)
        for account in make_accounts(environments)
    }


def keep(root: Path, results: Mapping[str, Synthesized]) -> None:
    for result in results.values():
        for artifact in result.artifacts:
            path = root / artifact.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(artifact.text, "utf-8")


def home_of(wanted: Mapping[str, EnvironmentSpec]) -> str:
    return wanted["prod"].project.account


def test_every_bucket_repository_and_key_of_an_account_is_in_its_ledger(binding: Binding, tmp_path: Path) -> None:
    """What the stack makes is what the ledger lists, stateful or not."""
    results = made(binding, tmp_path, specs())
    keep(tmp_path, results)
    for number in results:
        stack = json.loads((tmp_path / f"generated/bootstrap/terraform/stacks/{number}/cdk.tf.json").read_text())
        ledger = json.loads((tmp_path / LEDGERS / f"{number}.json").read_text())
        wanted = {f"{kind}.{name}" for kind, elements in stack["resource"].items() for name in elements}
        assert set(ledger["stacks"]["bootstrap"]) == wanted


def test_the_same_data_lose_nothing(binding: Binding, tmp_path: Path) -> None:
    keep(tmp_path, made(binding, tmp_path, specs()))
    assert [f for result in made(binding, tmp_path, specs()).values() for f in result.findings] == []


def test_images_do_not_go_from_an_account_unnoticed(binding: Binding, tmp_path: Path) -> None:
    """Another account for the project leaves its repositories and their key in the old one: Terraform destroys them."""
    before = specs()
    keep(tmp_path, made(binding, tmp_path, before))
    lost = made(binding, tmp_path, specs(home=OTHER))[home_of(before)].findings
    assert {f.code for f in lost} == {"DDMS601"}
    addresses = {f.message.split()[0] for f in lost}
    assert addresses == {"aws_ecr_repository.backend", "aws_ecr_repository.frontend", "aws_kms_key.images"}


@pytest.mark.parametrize("inside", [True, False])
def test_only_an_environment_of_the_account_accepts_its_losses(binding: Binding, tmp_path: Path, inside: bool) -> None:
    """What staging accepts does not count in the account of prod."""
    before = specs()
    keep(tmp_path, made(binding, tmp_path, before))
    home = home_of(before)
    name = next(n for n, s in before.items() if s.tier != "local" and (s.aws.account == home) is inside)
    loss = Loss(
        address="aws_ecr_repository.backend",
        reason="the images were copied to the new account",
        expires=TODAY + datetime.timedelta(days=1),
    )
    lost = made(binding, tmp_path, specs(home=OTHER, accepting={name: (loss,)}))[home].findings
    assert any("aws_ecr_repository.backend " in f.message for f in lost) is not inside
