"""The gate before production: no image with a critical vulnerability that nobody has accepted."""

import datetime
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from ddms_compile.github import emit_workflows
from delivery_cases.fakes import Result, run, unavailable
from delivery_cases.project import changed, emitted, specs

TODAY = datetime.datetime.now(datetime.UTC).date()
INDEX = {
    "manifests": [
        {"digest": "sha256:arm", "platform": {"os": "linux", "architecture": "arm64"}},
        {"digest": "sha256:attestation", "platform": {"os": "unknown", "architecture": "unknown"}},
    ]
}
AWS = """
case "$*" in
  *batch-get-image*) printf '%s' "$IMAGE" ;;
  *imageDigest=sha256:arm*) printf '%s' "$SCAN" ;;
  *) echo "what is asked for is no image" >&2; exit 9 ;;
esac
"""


def scanned(folder: Path, status: str, *found: tuple[str, str], aws: str = AWS, **env: str) -> Result:
    """check-scan.sh for one image with these findings."""
    if reason := unavailable():
        pytest.skip(f"UNCHECKED scripts: {reason}")
    findings = [{"name": name, "severity": severity} for name, severity in found]
    scan = {"imageScanStatus": {"status": status}, "imageScanFindings": {"findings": findings}}
    base = {
        "REGION": "eu-west-1",
        "IMAGES": "ddms/backend abc sha256:index",
        "PATIENCE": "30",
        "IMAGE": json.dumps({"images": [{"imageManifest": json.dumps(INDEX)}], "failures": []}),
        "SCAN": json.dumps(scan),
    }
    text = emitted(emit_workflows, specs())["generated/ci/check-scan.sh"].text
    return run(folder / "fakes", text, base | env, {"aws": aws, "sleep": ""})


def test_images_without_critical_findings_pass(tmp_path: Path) -> None:
    """Findings of other severities stop nothing."""
    result = scanned(tmp_path, "COMPLETE", ("CVE-2026-1", "HIGH"))
    assert result.code == 0, result.output


def test_a_critical_finding_stops_the_release(tmp_path: Path) -> None:
    """And is named."""
    result = scanned(tmp_path, "COMPLETE", ("CVE-2026-1", "CRITICAL"), ("CVE-2026-2", "CRITICAL"))
    assert result.code != 0 and "CVE-2026-1, CVE-2026-2" in result.output


@pytest.mark.parametrize(("days", "passes"), [(1, True), (0, True), (-1, False)])
def test_what_is_accepted_is_so_for_a_while(days: int, passes: bool, tmp_path: Path) -> None:
    """Up to its last day; no other finding with it."""
    accepted = f"CVE-2026-1 {TODAY + datetime.timedelta(days=days)}"
    assert (scanned(tmp_path / "a", "COMPLETE", ("CVE-2026-1", "CRITICAL"), ACCEPTED=accepted).code == 0) is passes
    assert scanned(tmp_path / "b", "COMPLETE", ("CVE-2026-2", "CRITICAL"), ACCEPTED=accepted).code != 0


@pytest.mark.parametrize("status", ["FAILED", "UNSUPPORTED_IMAGE", "IN_PROGRESS", "null"])
def test_no_scan_is_no_good_one(status: str, tmp_path: Path) -> None:
    """A scan that fails, or does not end, stops the release."""
    result = scanned(tmp_path, status)
    assert result.code != 0 and "No scan" in result.output


@pytest.mark.parametrize(("code", "waits"), [("ScanNotFoundException", True), ("AccessDeniedException", False)])
def test_an_error_of_the_scan_is_no_answer(code: str, waits: bool, tmp_path: Path) -> None:
    """One answer means that it has not begun; any other error ends the job with its words."""
    failing = f'echo "An error occurred ({code}) when calling x: why" >&2; exit 254'
    aws = AWS.replace("printf '%s' \"$SCAN\"", failing)
    result = scanned(tmp_path, "COMPLETE", aws=aws)
    assert result.code != 0
    assert bool(result.of("sleep")) is waits and (code in result.output) is not waits


def workflow(**changes: Any) -> dict[str, Any]:
    """The jobs of the shipped project, with production changed."""
    of = specs()
    of["prod"] = changed(of["prod"], **changes)
    document: dict[str, Any] = yaml.safe_load(emitted(emit_workflows, of)[".github/workflows/ci-cd.yml"].text)
    return document["jobs"]  # type: ignore[no-any-return]


def test_production_waits_for_the_scan_of_its_own_images() -> None:
    """Those that it deploys, and staging waits for none."""
    accepted = ({"id": "CVE-2026-9", "reason": "not reachable from outside", "expires": datetime.date(2026, 12, 1)},)
    jobs = workflow(policy__vulnerabilities=accepted)
    assert "scan-prod" in jobs["deploy-prod"]["needs"] and "scan-prod" not in jobs["deploy-staging"]["needs"]
    env = jobs["scan-prod"]["steps"][-1]["env"]
    for image in ("backend", "frontend-prod"):
        assert f"needs.docker-build-push.outputs.{image})" in env["IMAGES"]
    assert "frontend-staging" not in env["IMAGES"]
    assert env["ACCEPTED"] == "CVE-2026-9 2026-12-01"
