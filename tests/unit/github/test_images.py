"""Images that environments run stay in ECR: their tag, and the lifecycle policy that keeps it."""

import json
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

from ddms_compile.github import emit_workflows
from ddms_compile.terraform.components.registry import RELEASED
from delivery_cases.fakes import Result, run, unavailable
from delivery_cases.project import emitted, specs
from example_project import built

GITHUB = """
case "$*" in
  *deployments/9/statuses*) echo '[{"state": "failure"}]' ;;
  *deployments/8/statuses*) echo '[{"state": "inactive"}, {"state": "success"}]' ;;
  *deployments*) printf '%s' "$DEPLOYMENTS" ;;
esac
"""
NONE = '{"images": [], "failures": [{"failureCode": "ImageNotFound"}]}'
FOUND = json.dumps(
    {"images": [{"repositoryName": "ddms/backend", "imageManifest": "{}", "imageId": {"imageTag": "good"}}]}
)


def kept(folder: Path, aws: str, **env: str) -> Result:
    """protect-images.sh for one image of prod."""
    if reason := unavailable():
        pytest.skip(f"UNCHECKED scripts: {reason}")
    text = emitted(emit_workflows, specs())["generated/ci/protect-images.sh"].text
    base = {
        "GITHUB_REPOSITORY": "example/ddms",
        "REGION": "eu-west-1",
        "GH_TOKEN": "token",
        "FOUND": FOUND,
        "NONE": NONE,
    }
    base |= {"IMAGES": "prod ddms/backend", "DEPLOYMENTS": '[{"id": 9, "sha": "broken"}, {"id": 8, "sha": "good"}]'}
    answers = {"gh": GITHUB, "aws": aws}
    return run(folder / "fakes", text, base | env, answers)


USUAL = """
case "$*" in
  *imageTag=released-*) printf '%s' "$NONE" ;;
  *batch-get-image*) printf '%s' "$FOUND" ;;
  *put-image*) cat >"$FAKES/put" ;;
esac
"""


def test_the_image_of_the_last_good_deployment_gets_its_tag(tmp_path: Path) -> None:
    """That of the newest deployment that succeeded, not of one that failed since."""
    result = kept(tmp_path, USUAL)
    assert result.code == 0, result.output
    put = json.loads((tmp_path / "fakes" / "put").read_text())
    assert put["imageTag"] == f"{RELEASED}good" and put["repositoryName"] == "ddms/backend"


@pytest.mark.parametrize(
    ("aws", "code", "said"),
    [
        ('case "$*" in *batch-get-image*) printf \'%s\' "$FOUND" ;; *) exit 9 ;; esac', 0, "already retained"),
        ('case "$*" in *batch-get-image*) printf \'%s\' "$NONE" ;; *) exit 9 ;; esac', 0, "has no image"),
        ("echo AccessDenied >&2; exit 254", 254, "AccessDenied"),
        ('echo \'{"images": [], "failures": [{"failureCode": "KmsError"}]}\'', 1, ""),
    ],
)
def test_no_error_is_taken_for_none(aws: str, code: int, said: str, tmp_path: Path) -> None:
    """What is kept stays so, what is gone is told, and any other answer ends the job before it pushes."""
    result = kept(tmp_path, aws)
    assert result.code == code and said in result.output
    assert not any("put-image" in call.arguments for call in result.of("aws"))


def test_before_the_first_deployment_there_is_nothing_to_keep(tmp_path: Path) -> None:
    """An environment that was never deployed keeps no push out."""
    result = kept(tmp_path, "exit 9", DEPLOYMENTS="[]")
    assert result.code == 0 and result.of("aws") == []


def rules(workload: str) -> list[dict[str, Any]]:
    """The lifecycle policy of a repository, as it is committed."""
    path = built() / "generated/bootstrap/terraform/stacks/111122223333/cdk.tf.json"
    document = json.loads(path.read_text("utf-8"))
    held = json.loads(document["resource"]["aws_ecr_lifecycle_policy"][workload]["policy"])["rules"]
    return sorted(held, key=lambda rule: int(rule["rulePriority"]))


def expired(workload: str, tags: list[list[str]]) -> list[list[str]]:
    """What ECR would expire of images, oldest first: the first rule whose tags fit decides (ECR user guide)."""
    gone: list[list[str]] = []
    left = list(tags)
    for rule in rules(workload):
        selection = rule["selection"]
        patterns = [f"{prefix}*" for prefix in selection.get("tagPrefixList", [])] + selection.get("tagPatternList", [])
        match selection["tagStatus"]:
            case "tagged":
                mine = [each for each in left if any(fnmatch(tag, p) for tag in each for p in patterns)]
            case "untagged":
                mine = [each for each in left if not each]
            case _:
                mine = list(left)
        if selection["countType"] == "imageCountMoreThan":
            gone += mine[: max(0, len(mine) - selection["countNumber"])]
        left = [each for each in left if each not in mine]
    return gone


@pytest.mark.parametrize("workload", ["backend", "frontend"])
def test_what_production_runs_is_never_pushed_out(workload: str) -> None:
    """An image that was released long ago stays, however many are built after it; those that were not, go."""
    images = [["old", f"{RELEASED}old"], *([f"build-{number}"] for number in range(2000))]
    gone = expired(workload, images)
    assert images[0] not in gone and len(gone) == 1700 and ["build-0"] in gone


@pytest.mark.parametrize("workload", ["backend", "frontend"])
def test_what_belongs_to_an_image_takes_no_other_images_place(workload: str) -> None:
    """An index has images and attestations, and a signature: none has a tag, and none is counted."""
    images = [[f"build-{number}"] for number in range(300)]
    pushed = [each for image in images for each in ([], [], image, [])]
    assert expired(workload, pushed) == []
    assert expired(workload, [["older"], *pushed]) == [["older"]]
