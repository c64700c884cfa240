"""What checkov says about production and its accounts. It has an environment of its own, made by `make test`."""

import json
import shutil
import subprocess

import pytest

from terraform.shapes import ROOT

_OWN = ROOT / ".cache" / "checkov" / "bin" / "checkov"

REASONS = {
    "CKV2_AWS_3": "GuardDuty for a whole organisation: an environment turns it on in its own account and region",
    "CKV2_AWS_57": "rotation: AWS rotates the database's entry; the others hold what only people can change",
    "CKV2_AWS_62": "event notifications: nobody waits for objects in these buckets",
    "CKV_AWS_109": "a key's own policy gives the account's IAM the say, and its resource `*` is the key",
    "CKV_AWS_111": "as 109; and the balancer controller's policy as published, whose changes its tags limit",
    "CKV_AWS_144": "replication to another region: recovery is from backups, see the runbook",
    "CKV_AWS_18": "access logs of buckets: the trail has them, where it is on",
    "CKV_AWS_252": "a topic for the trail: its records go to CloudWatch Logs",
    "CKV_AWS_356": "as 111; reading actions that work on `*` only, and sizes of groups, limited by their tag",
    "CKV_AWS_39": "public endpoint: the pipeline's runners are outside; the ranges are data, and whole is an error",
}
"""Checks that fail, and why that is right."""

STACKS = (("prod", "foundation"), ("prod", "bootstrap"), ("staging", "bootstrap"))


def test_checkov_finds_nothing_without_a_reason(stack, tmp_path):
    """Every failed check of production is in the list of reasons, and every reason is still needed."""
    program = shutil.which("checkov") or shutil.which(_OWN)
    if program is None:
        pytest.skip("UNCHECKED: security of the stacks (there is no checkov program; `make test` installs it)")
    for shape, name in STACKS:
        # Its reader of Terraform JSON stumbles over `required_version`.
        document = {key: value for key, value in stack(shape, name).items() if key != "terraform"}
        folder = tmp_path / f"{shape}-{name}"
        folder.mkdir()
        (folder / "cdk.tf.json").write_text(json.dumps(document, indent=1), encoding="utf-8")
    command = [program, "-d", str(tmp_path), "--framework", "terraform_json", "--skip-download", "--soft-fail"]
    done = subprocess.run([*command, "-o", "json"], capture_output=True, text=True, check=True)
    report = json.loads(done.stdout)
    assert report["summary"]["parsing_errors"] == 0
    assert report["summary"]["passed"] > 300
    assert {check["check_id"] for check in report["results"]["failed_checks"]} == set(REASONS)
