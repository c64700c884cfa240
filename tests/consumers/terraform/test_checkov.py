"""What checkov says about production and its accounts: in what is generated, and in the plan that follows from it.

The plan knows what Terraform makes of a stack (defaults of the provider, policies as JSON); the Terraform JSON shows
policies that name what does not exist yet, which a plan leaves open. checkov has an environment of its own, made by
`make test`; the plan needs a real AWS provider (`oracles.real_aws`).
"""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from ddms_compile.cdktf import load
from ddms_compile.cdktf.types import TYPES
from oracles import real_aws
from terraform.documents import Stack, by_shape, maker
from terraform.shapes import ROOT

_OWN = ROOT / ".cache" / "checkov" / "bin" / "checkov"

STACKS = (("prod", "foundation"), ("prod", "bootstrap"), ("staging", "bootstrap"))
"""Staging's account holds the images of production too. `platform` has nothing that checkov looks at."""


class Allowed(NamedTuple):
    """A check that fails, why that is right, and on what alone."""

    code: str
    reason: str
    resources: tuple[str, ...]


_BUCKETS = (
    "aws_s3_bucket.state_ddms_111122223333_tfstate",
    "aws_s3_bucket.state_ddms_444455556666_tfstate",
    "aws_s3_bucket.trail",
    "aws_s3_bucket.velero",
)
_KEYS = tuple(f"data.{name}_key" for name in ("backup", "cluster", "data", "images", "logs", "state", "trail"))
_BOUNDARIES = ("data.boundary_prod", "data.boundary_staging")
_BALANCER = "data.aws_load_balancer_controller"

EVERYWHERE = (
    Allowed(
        "CKV2_AWS_3",
        "GuardDuty for a whole organisation: an environment turns it on in its own account and region",
        ("aws_guardduty_detector.main",),
    ),
    Allowed(
        "CKV2_AWS_57",
        "rotation: AWS rotates the database's entry; the others hold what only people can change",
        ("aws_secretsmanager_secret.app", "aws_secretsmanager_secret.redis"),
    ),
    Allowed("CKV2_AWS_62", "event notifications: nobody waits for objects in these buckets", _BUCKETS),
    Allowed("CKV_AWS_144", "replication to another region: recovery is from backups, see the runbook", _BUCKETS),
    Allowed("CKV_AWS_18", "access logs of buckets: the trail has them, where it is on", _BUCKETS),
    Allowed("CKV_AWS_252", "a topic for the trail: its records go to CloudWatch Logs", ("aws_cloudtrail.main",)),
    Allowed(
        "CKV_AWS_39",
        "public endpoint: the pipeline's runners are outside; the ranges are data, and whole is an error",
        ("aws_eks_cluster.main",),
    ),
)
"""Checks that fail in both."""

IN_JSON = (
    Allowed(
        "CKV_AWS_109",
        "a key's own policy gives the account's IAM the say, and its resource `*` is the key; a boundary gives nothing",
        (*_KEYS, *_BOUNDARIES),
    ),
    Allowed(
        "CKV_AWS_111",
        "as 109; and the balancer controller's policy as published, whose changes its tags limit",
        (*_KEYS, *_BOUNDARIES, _BALANCER),
    ),
    Allowed(
        "CKV_AWS_356",
        "as 111; and the pipeline reads how things are set up, which knows no narrower resource for a part of that",
        (
            *_KEYS,
            _BALANCER,
            *(f"data.{role}_{name}" for role in ("apply", "plan") for name in ("prod", "staging")),
        ),
    ),
)
"""Those about policies before they are JSON."""

IN_PLAN = (
    Allowed(
        "CKV_AWS_355",
        "as 356: `iam:Get*` and `iam:List*` change nothing",
        ("aws_iam_role_policy.apply_prod", "aws_iam_role_policy.apply_staging"),
    ),
)
"""Those about policies as JSON."""

UNNAMED = {"resource.main": {"CKV_AWS_252": "aws_cloudtrail.main", "CKV_AWS_39": "aws_eks_cluster.main"}}
"""What checkov calls some resources in Terraform JSON, and what they are by the check."""


def checkov(folder: Path, framework: str) -> tuple[set[tuple[str, str]], int]:
    """The failed checks in a folder, each with its resource, and how many passed."""
    program = shutil.which("checkov") or shutil.which(_OWN)
    if program is None:
        pytest.skip("UNCHECKED: security of the stacks (there is no checkov program; `make test` installs it)")
    command = [program, "-d", str(folder), "--framework", framework, "--skip-download", "--soft-fail", "-o", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    report = json.loads(done.stdout)
    assert report["summary"]["parsing_errors"] == 0
    failed = ((check["check_id"], check["resource"]) for check in report["results"]["failed_checks"])
    named = {(code, UNNAMED.get(resource, {}).get(code, resource)) for code, resource in failed}
    return named, report["summary"]["passed"]


def pairs(*allowed: Allowed) -> set[tuple[str, str]]:
    """Each check that may fail, with each resource."""
    return {(entry.code, resource) for entry in allowed for resource in entry.resources}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Stack:
    """The JSON of a stack of a shape."""
    return by_shape(maker(load(TYPES, cache_dir=tmp_path_factory.mktemp("bindings"))))


@pytest.fixture(scope="module")
def aws() -> Iterator[real_aws.RealAws]:
    """The provider of the machine's mirror."""
    if reason := real_aws.unavailable():
        pytest.skip(f"UNCHECKED: security of the plan of production ({reason})")
    with real_aws.real_aws() as found:
        yield found


def test_what_is_generated_fails_no_check_without_a_reason(stack: Stack, tmp_path: Path) -> None:
    """Every failed check is in the list of reasons with its resource, and every entry is still needed."""
    for shape, name in STACKS:
        # Its reader of Terraform JSON stumbles over `required_version`.
        document = {key: value for key, value in stack(shape, name).items() if key != "terraform"}
        folder = tmp_path / f"{shape}-{name}"
        folder.mkdir()
        (folder / "cdk.tf.json").write_text(json.dumps(document, indent=1), "utf-8")
    failed, passed = checkov(tmp_path, "terraform_json")
    assert passed > 700
    assert failed == pairs(*EVERYWHERE, *IN_JSON)


def test_the_plan_fails_no_check_without_a_reason(stack: Stack, aws: real_aws.RealAws, tmp_path: Path) -> None:
    """The same, of the plans that Terraform makes with a real provider."""
    for shape, name in STACKS:
        folder = tmp_path / f"{shape}-{name}"
        folder.mkdir()
        (folder / "tfplan.json").write_text(json.dumps(aws.shown(stack(shape, name))), "utf-8")
    failed, passed = checkov(tmp_path, "terraform_plan")
    assert passed > 500
    assert failed == pairs(*EVERYWHERE, *IN_PLAN)


def test_an_opened_database_is_found_in_the_plan(stack: Stack, aws: real_aws.RealAws, tmp_path: Path) -> None:
    """The check above has teeth."""
    document = json.loads(json.dumps(stack("prod", "foundation")))
    document["resource"]["aws_db_instance"]["postgres"]["publicly_accessible"] = True
    (tmp_path / "tfplan.json").write_text(json.dumps(aws.shown(document)), "utf-8")
    failed, _ = checkov(tmp_path, "terraform_plan")
    assert failed - pairs(*EVERYWHERE, *IN_PLAN) == {("CKV_AWS_17", "aws_db_instance.postgres")}


def test_no_stack_is_left_out(stack: Stack) -> None:
    """`platform` holds releases of Helm only, of which a provider of AWS plans nothing."""
    assert set(stack("prod", "platform")["resource"]) == {"helm_release"}
