"""The first apply: in an empty account, and in one that lived before us."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rehearse.account import Account
from rehearse.conftest import BINDINGS, ENVIRONMENTS, Life
from rehearse.projects import Built, Project
from rehearse.stage import Failed, Folder, Stage, Verdict

OIDC = "arn:aws:iam::{}:oidc-provider/token.actions.githubusercontent.com"


def short(*names: str) -> list[Any]:
    return [pytest.param(n, marks=() if n in names else pytest.mark.whole) for n in ENVIRONMENTS]


@pytest.mark.parametrize("name", short("staging"))
def test_every_stack_of_an_environment_applies_once_and_is_done(name: str, live: Callable[[str], Life]) -> None:
    """Foundation, then the add-ons on top of it; the plan after each is empty."""
    life = live(name)
    assert life.foundation.plan(life.built.stacks["foundation"]).effects == {}
    plan = life.foundation.beside("platform").apply(life.built.stacks["platform"])
    assert set(plan.effects.values()) == {"create"}
    assert "helm_release.cert_manager" in plan.effects


def project(tmp_path: Path, name: str, **changes: Any) -> tuple[Project, Built]:
    """The shipped project with one environment, and what is built of it."""
    found = Project.shipped(tmp_path / "project", BINDINGS, name)
    return found, found.build(name, **changes)


def occupied(theater: Stage, tmp_path: Path, built: Built, what: str, number: str) -> Folder:
    """An account in which somebody has made GitHub's provider, the state bucket and a GuardDuty detector already."""
    folder = theater.root(f"{tmp_path.name}-{what}", number=number)
    account = Account.load(folder.account)
    arn = OIDC.format(number)
    provider = {"id": arn, "arn": arn, "url": "token.actions.githubusercontent.com"}
    account.put("aws_iam_openid_connect_provider", arn, {**provider, "client_id_list": ["sts.amazonaws.com"]})
    (bucket,) = (body["bucket"] for n, body in built.account["resource"]["aws_s3_bucket"].items() if "state" in n)
    account.put("aws_s3_bucket", bucket, {"id": bucket, "bucket": bucket, "arn": f"arn:aws:s3:::{bucket}"})
    account.put("aws_guardduty_detector", "d0", {"id": "d0", "enable": True})
    account.save(folder.account)
    return folder


@pytest.mark.whole
def test_a_first_apply_that_creates_everything_fails_in_an_account_that_lived(theater: Stage, tmp_path: Path) -> None:
    """The stories below have teeth: what is there once is not made a second time."""
    _, built = project(tmp_path, "prod")
    folder = occupied(theater, tmp_path, built, "create", "444455556666")
    with pytest.raises(Failed) as failed:
        folder.apply(built.account)
    assert "aws_iam_openid_connect_provider" in str(failed.value)
    assert "aws_s3_bucket" in str(failed.value)


@pytest.mark.parametrize("mode", ["import", pytest.param("reuse", marks=pytest.mark.whole)])
def test_what_the_account_has_is_taken_over_or_looked_up(mode: str, theater: Stage, tmp_path: Path) -> None:
    """`aws.existing` makes the first apply succeed, and leaves what it finds in place."""
    existing = {"github_oidc": mode, "state_bucket": "import", "guardduty": mode}
    _, built = project(tmp_path, "prod", aws__existing=existing)
    folder = occupied(theater, tmp_path, built, mode, "444455556666")
    plan = folder.apply(built.account)
    wanted = {"aws_s3_bucket.state_ddms_444455556666_tfstate"}
    provider = "aws_iam_openid_connect_provider.github"
    assert plan.all(Verdict.IMPORT) == wanted | ({provider} if mode == "import" else set())
    assert plan.all(Verdict.REPLACE) | plan.all(Verdict.DELETE) == set()
    assert (provider in plan.changes) is (mode == "import")
    foundation = folder.beside("foundation")
    plan = foundation.apply(built.stacks["foundation"])
    detectors = {a: c.verdict for a, c in plan.changes.items() if a.startswith("aws_guardduty_detector.")}
    assert detectors == ({"aws_guardduty_detector.main": Verdict.IMPORT} if mode == "import" else {})
    assert list(Account.load(folder.account).of("aws_guardduty_detector")) == ["d0"]
