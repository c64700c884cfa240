"""No earlier build is forgotten: whatever is taken away under generated/ or from the data, a loss is declared first."""

import datetime
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ddms_compile.diagnostics import Severity
from ddms_compile.pipeline.compile import check
from ddms_compile.pipeline.request import Request
from ddms_compile.write.tree import digest
from example_project import built

ROOT = Path(__file__).parents[3]
TODAY = datetime.date(2026, 11, 25)
PROD = "generated/prod/terraform/ledger.json"
MANIFEST = "generated/manifest.json"
HOME = "generated/bootstrap/terraform/ledgers/111122223333.json"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The example project as a build leaves it."""
    for name in ("ddms.toml", "environments", "generated", ".github"):
        source = built() / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)
    return tmp_path


def codes(root: Path, *, force: bool = False) -> list[str]:
    """The codes of all errors of a check."""
    checked = check(Request(root=root, today=TODAY, cache_dir=root / "unused", force=force))
    return [d.code for d in checked.diagnostics if d.severity is Severity.ERROR]


def edit_ledger(root: Path, path: str = PROD) -> None:
    """A ledger without its database, as valid JSON."""
    document = json.loads((root / path).read_bytes())
    stack = next(iter(document["stacks"].values()))
    del stack[next(a for a in stack if a.startswith(("aws_db_instance", "aws_s3_bucket.")))]
    (root / path).write_text(json.dumps(document))


def forget(root: Path, path: str = PROD) -> None:
    """The manifest without an entry."""
    document = json.loads((root / MANIFEST).read_bytes())
    del document["files"][path]
    (root / MANIFEST).write_text(json.dumps(document))


def vouch(root: Path, path: str = PROD) -> None:
    """The manifest with the hash of what is there."""
    document = json.loads((root / MANIFEST).read_bytes())
    document["files"][path]["sha256"] = digest((root / path).read_bytes())
    (root / MANIFEST).write_text(json.dumps(document))


def remove(root: Path, *paths: str) -> None:
    for path in paths:
        place = root / path
        shutil.rmtree(place) if place.is_dir() and not place.is_symlink() else place.unlink()


def link_away(root: Path) -> None:
    (root / PROD).rename(root / "elsewhere.json")
    (root / PROD).symlink_to(root / "elsewhere.json")


def link_folder_away(root: Path) -> None:
    (root / "generated/prod").rename(root / "elsewhere")
    (root / "generated/prod").symlink_to(root / "elsewhere")


def accept(root: Path, address: str, environment: str = "prod", expires: datetime.date = TODAY) -> None:
    """The entry that accepts a loss."""
    with (root / "environments" / f"{environment}.toml").open("a") as file:
        file.write(f'\n[[policy.losses]]\naddress = "{address}"\nreason = "nobody needs it any more"\n')
        file.write(f"expires = {expires}\n")


def test_what_is_committed_is_in_order(project: Path) -> None:
    """The shipped project passes."""
    assert codes(project) == []


Tamper = Callable[[Path], object]


def then(*steps: Tamper) -> Tamper:
    """One step after the other."""

    def tamper(root: Path) -> None:
        for step in steps:
            step(root)

    return tamper


TAMPERED: dict[str, tuple[Tamper, str]] = {
    "deleted": (lambda r: remove(r, PROD), "DDMS604"),
    "deleted, an account's": (lambda r: remove(r, HOME), "DDMS604"),
    "deleted with its entry": (then(lambda r: remove(r, PROD), forget), "DDMS604"),
    "deleted with its entry, an account's": (then(lambda r: remove(r, HOME), lambda r: forget(r, HOME)), "DDMS604"),
    "deleted with everything of it": (lambda r: remove(r, "generated/prod"), "DDMS604"),
    "deleted with entry and stacks": (then(lambda r: remove(r, "generated/prod/terraform"), forget), "DDMS604"),
    "deleted with the manifest": (lambda r: remove(r, PROD, MANIFEST), "DDMS604"),
    "deleted with everything": (lambda r: remove(r, "generated"), "DDMS604"),
    "a directory": (then(lambda r: remove(r, PROD), lambda r: (r / PROD).mkdir()), "DDMS603"),
    "a link": (link_away, "DDMS603"),
    "a pipe": (then(lambda r: remove(r, PROD), lambda r: os.mkfifo(r / PROD)), "DDMS603"),
    "in a folder that is a link": (link_folder_away, "DDMS603"),
    "huge": (lambda r: os.truncate(r / PROD, 2**30), "DDMS603"),
    "empty": (lambda r: (r / PROD).write_text(""), "DDMS603"),
    "deep": (lambda r: (r / PROD).write_text("[" * 200_000), "DDMS603"),
    "of another shape": (then(lambda r: (r / PROD).write_text('{"version": 1, "stacks": 1}'), vouch), "DDMS603"),
    "edited": (edit_ledger, "DDMS605"),
    "edited, an account's": (lambda r: edit_ledger(r, HOME), "DDMS605"),
    "edited, and vouched for": (then(edit_ledger, vouch), "DDMS605"),
    "edited, without its entry": (then(edit_ledger, forget), "DDMS605"),
    "edited, without a manifest": (then(edit_ledger, lambda r: remove(r, MANIFEST)), "DDMS605"),
    "edited, with a broken manifest": (then(edit_ledger, lambda r: (r / MANIFEST).write_text("<<<<<<<")), "DDMS605"),
}


@pytest.mark.parametrize("case", TAMPERED)
def test_no_harm_to_a_ledger_switches_the_guard_off(project: Path, case: str) -> None:
    """A ledger that is gone, damaged or another one is an error, with or without what else speaks of it."""
    tamper, code = TAMPERED[case]
    tamper(project)
    assert code in codes(project)
    assert code in codes(project, force=True)


def test_a_merge_of_two_builds_is_taken_by_force(project: Path) -> None:
    """What git merged line by line has hashes that no manifest lists; it counts if ledger and stacks tell the same."""
    path = project / "generated/prod/terraform/stacks/foundation/cdk.tf.json"
    stack, ledger = json.loads(path.read_bytes()), json.loads((project / PROD).read_bytes())
    stack["resource"]["aws_kms_key"]["merged"] = {}
    ledger["stacks"]["foundation"]["aws_kms_key.merged"] = {}
    (project / PROD).write_text(json.dumps(ledger))
    assert codes(project, force=True) == ["DDMS605"]
    path.write_text(json.dumps(stack))
    assert codes(project) == ["DDMS605"]
    assert codes(project, force=True) == []


def test_a_ledger_that_no_commit_has_can_be_given_up(project: Path) -> None:
    """The declared loss lets the stacks speak instead, up to its last day."""
    remove(project, PROD)
    accept(project, "environment.prod", expires=TODAY - datetime.timedelta(days=1))
    assert codes(project) == ["DDMS604"]
    accept(project, "environment.prod")
    assert codes(project) == []


@pytest.mark.parametrize(
    ("new", "edits", "code"),
    [
        ("stage", {}, "DDMS607"),
        ("stage", {"10.10.0.0": "10.77.0.0"}, "DDMS607"),
        ("stage", {"staging.ddms": "stage.ddms"}, "DDMS607"),
        ("stage", {"10.10.0.0": "10.77.0.0", "staging.ddms": "stage.ddms"}, "DDMS606"),
        (None, {}, "DDMS606"),
    ],
)
def test_an_environment_does_not_go_without_a_word(
    project: Path, new: str | None, edits: dict[str, str], code: str
) -> None:
    """A file that is renamed or deleted is an error that knows which of the two it was."""
    old = project / "environments" / "staging.toml"
    text = old.read_text("utf-8")
    old.unlink()
    if new is not None:
        for before, after in edits.items():
            text = text.replace(before, after)
        (project / "environments" / f"{new}.toml").write_text(text, "utf-8")
    assert codes(project) == [code]
    accept(project, "environment.staging")
    assert codes(project) == []


def test_an_environment_that_moves_onto_a_laptop_is_gone_from_the_cloud(project: Path) -> None:
    """Another tier is no way around the guard."""
    path = project / "environments" / "staging.toml"
    path.write_text(path.read_text("utf-8").replace('tier = "staging"', 'tier = "local"'), "utf-8")
    assert "DDMS606" in codes(project)


def test_an_account_does_not_go_without_a_word(project: Path) -> None:
    """When no environment is in an account any more, its ledger still lists its bucket of states."""
    path = project / "environments" / "prod.toml"
    path.write_text(path.read_text("utf-8").replace("444455556666", "555566667777"), "utf-8")
    assert codes(project) == ["DDMS606"]
    accept(project, "account.444455556666", environment="staging")
    assert codes(project) == []


def test_a_project_that_was_never_built_has_nothing_to_lose(project: Path) -> None:
    """Without anything that is generated, a first build is a first build."""
    remove(project, "generated", ".github")
    assert codes(project) == []
