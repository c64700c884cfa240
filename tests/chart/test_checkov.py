"""What checkov says about the rendered objects. It has an environment of its own, made by `make test`."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from chart.rendering import CHART, FULL, NAME, NAMESPACE
from ddms_compile.synthesize.manifests.helm_engine import documents

_OWN = CHART.parents[1] / ".cache" / "checkov" / "bin" / "checkov"
_REASONS = {
    "CKV_K8S_8": "liveness: only of the pods of `helm test`, which end by themselves",
    "CKV_K8S_9": "readiness: only of the pods of `helm test`, which serve nothing",
    "CKV_K8S_11": "CPU limit: it would throttle bursts; the request already shares the node's processors fairly",
    "CKV_K8S_15": "pull always: a release's tag does not change, and nodes start pods without the registry too",
    "CKV_K8S_35": "secrets as files: the application reads environment variables",
    "CKV_K8S_43": "digest: the user may give one (`image.digest`); these values give a tag",
}


def test_checkov_finds_nothing_without_a_reason(tmp_path: Path) -> None:
    """Every failed check is in the short list of reasons, and every reason is still needed."""
    program = shutil.which("checkov") or shutil.which(_OWN)
    if program is None:
        pytest.skip("SKIPPED, NOT PASSED: there is no checkov program, so the objects were not looked at by it")
    for number, document in enumerate(documents(CHART, FULL, name=NAME, namespace=NAMESPACE)):
        (tmp_path / f"{number:02}.yaml").write_text(document.text, encoding="utf-8")
    command = [
        program,
        "-d",
        str(tmp_path),
        "--framework",
        "kubernetes",
        "--skip-download",
        "--soft-fail",
        "-o",
        "json",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    report = json.loads(done.stdout)
    assert report["summary"]["passed"] > 200
    assert {check["check_id"] for check in report["results"]["failed_checks"]} == set(_REASONS)
    for check in report["results"]["failed_checks"]:
        if check["check_id"] in ("CKV_K8S_8", "CKV_K8S_9"):
            assert check["resource"].endswith("-test")
