"""What a build says about the one before it: losses that are accepted in vain, a cache that is half open."""

import datetime
import json
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ddms_compile.diagnostics import Severity
from ddms_compile.guard import Guarded, remarks
from ddms_compile.pipeline.compile import Compiled, compile
from ddms_compile.pipeline.request import Request
from ddms_compile.terraform.ledger.ledger import Ledger, ledger_tree
from ddms_compile.terraform.paths import ledger_of_environment
from ddms_compile.write import apply, plan
from example_project import built

ROOT = Path(__file__).parents[3]
TODAY = datetime.date(2026, 11, 25)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The example project as a build leaves it."""
    for name in ("ddms.toml", "environments", "generated", "helm", ".github"):
        source = built() / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)
    return tmp_path


def compiled(root: Path, *environments: str) -> Compiled:
    return compile(Request(root=root, today=TODAY, cache_dir=ROOT / ".cache" / "rehearse", environments=environments))


def notes(made: Compiled) -> list[str]:
    """The addresses of needless entries. Fails when there is an error."""
    errors = [d.message for d in made.checked.diagnostics if d.severity is Severity.ERROR]
    assert errors == []
    return [d.message.split()[3] for d in made.checked.diagnostics if d.code == "DDMS291"]


def accept(root: Path, environment: str, address: str, expires: datetime.date = TODAY) -> None:
    with (root / "environments" / f"{environment}.toml").open("a") as file:
        file.write(f'\n[[policy.losses]]\naddress = "{address}"\nreason = "nobody needs it any more"\n')
        file.write(f"expires = {expires}\n")


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def rename_database(root: Path) -> None:
    edit(root / "environments/prod.toml", "[postgres]\n", '[postgres]\ndatabase = "orders"\n')


def lower_redis(root: Path) -> None:
    edit(root / "environments/prod.toml", "[redis]\n", '[redis]\nversion = "7.0"\n')


def narrow_subnets(root: Path) -> None:
    edit(root / "environments/prod.toml", "[network]\n", "[network]\nsubnets = { private = 20 }\n")


def shrink_prometheus(root: Path) -> None:
    with (root / "environments/prod.toml").open("a") as file:
        file.write('\n[observability.prometheus]\nstorage = "1Gi"\n')


def move_region(root: Path) -> None:
    edit(root / "environments/prod.toml", 'region = "eu-west-1"', 'region = "eu-central-1"')


def remove_qa(root: Path) -> None:
    """An environment that was built, and whose file is gone."""
    text = (root / "environments/staging.toml").read_text()
    for old, new in (("staging.ddms", "qa.ddms"), ("10.10.0.0", "10.30.0.0")):
        text = text.replace(old, new)
    (root / "environments/qa.toml").write_text(text)
    apply(plan(root, compiled(root).artifacts, environments=None, force=False))
    (root / "environments/qa.toml").unlink()


LOSSES = {
    "aws_db_instance.postgres": rename_database,
    "aws_elasticache_replication_group.redis": lower_redis,
    "aws_vpc.main": narrow_subnets,
    "volume.prometheus": shrink_prometheus,
    "environment.prod": move_region,
    "environment.qa": remove_qa,
}


@pytest.mark.parametrize("address", LOSSES)
def test_an_entry_is_needed_by_the_build_that_loses_and_by_none_after_it(project: Path, address: str) -> None:
    LOSSES[address](project)
    accept(project, "prod", address)
    made = compiled(project)
    assert notes(made) == []
    apply(plan(project, made.artifacts, environments=None, force=False))
    assert notes(compiled(project)) == [address]


def test_an_entry_that_names_nothing_is_named_and_one_that_ended_is_not(project: Path) -> None:
    accept(project, "prod", "aws_db_instance.nothing")
    accept(project, "prod", "aws_db_instance.postgres", TODAY - datetime.timedelta(days=1))
    accept(project, "local", "account.000011112222")
    assert sorted(notes(compiled(project))) == ["account.000011112222", "aws_db_instance.nothing"]


def test_a_build_of_some_environments_judges_only_what_it_made(project: Path) -> None:
    """prod's entry is not judged by a build of staging, nor is prod's loss by an entry of staging."""
    accept(project, "prod", "aws_db_instance.postgres")
    accept(project, "staging", "environment.prod")
    assert notes(compiled(project, "staging")) == []


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [({}, {"auth_token": "${var.t}"}, ["DDMS615"]), ({"auth_token": "${var.t}"}, {"auth_token": "${var.t}"}, [])],
    ids=["first", "known"],
)
def test_only_a_first_token_leaves_the_cache_half_open(
    before: dict[str, str], after: dict[str, str], expected: list[str]
) -> None:
    """ElastiCache adds a token beside what was valid before; a cache that is new has nothing before."""
    path, address = ledger_of_environment("prod"), "aws_elasticache_replication_group.redis"
    texts = {path: json.dumps(ledger_tree(Ledger(stacks={"foundation": {address: after}})))}
    spec: Any = SimpleNamespace(policy=SimpleNamespace(losses=()))
    known = Guarded(ledgers={path: Ledger(stacks={"foundation": {address: before}})})
    assert [found.code for found in remarks({"prod": spec}, known, texts, TODAY)] == expected
    assert list(remarks({"prod": spec}, Guarded(), texts, TODAY)) == []
