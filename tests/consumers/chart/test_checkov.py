"""What checkov says about the rendered objects. It has an environment of its own, made by `make test`."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from chart.rendering import CHART, FULL, NAME, NAMESPACE
from ddms_compile.kubernetes.helm.engine import documents
from example_project import built

_ROOT = CHART.parents[1]
_OWN = _ROOT / ".cache" / "checkov" / "bin" / "checkov"
_BOTH = ("backend", "frontend")
_REASONS = {
    ("CKV_K8S_8", "Pod", _BOTH): "liveness: the pods of `helm test` end by themselves",
    ("CKV_K8S_9", "Pod", _BOTH): "readiness: the pods of `helm test` serve nothing",
    (
        "CKV_K8S_11",
        "Deployment",
        _BOTH,
    ): "CPU limit: it would throttle bursts; the request is a fair share already",
    ("CKV_K8S_11", "Pod", _BOTH): "CPU limit: for the same reason",
    (
        "CKV_K8S_15",
        "Deployment",
        _BOTH,
    ): "pull always: a tag never changes, and a node may lose the registry",
    ("CKV_K8S_15", "Pod", _BOTH): "pull always: for the same reason",
    ("CKV_K8S_35", "Deployment", ("backend",)): "secrets as files: the API reads environment variables",
    (
        "CKV_K8S_43",
        "Deployment",
        _BOTH,
    ): "digest: the pipeline gives it when it deploys (`image.digest`)",
    ("CKV_K8S_43", "Pod", _BOTH): "digest: the user may give one (`tests.image.digest`)",
}
"""By check, kind and components; nothing else may fail."""


def _report(folder: Path) -> dict[str, Any]:
    """What checkov says of the chart with everything switched on, and of the manifests of each shipped environment."""
    program = shutil.which("checkov") or shutil.which(_OWN)
    if program is None:
        pytest.skip("SKIPPED, NOT PASSED: there is no checkov program, so the objects were not looked at by it")
    for number, document in enumerate(documents(CHART, FULL, name=NAME, namespace=NAMESPACE)):
        (folder / f"{number:02}.yaml").write_text(document.text, encoding="utf-8")
    for environment in ("prod", "staging"):
        shutil.copytree(built() / "generated" / environment / "manifests", folder / environment)
    options = ["--framework", "kubernetes", "--skip-download", "--soft-fail", "-o", "json"]
    done = subprocess.run([program, "-d", str(folder), *options], capture_output=True, text=True, check=True)
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def test_checkov_finds_nothing_without_a_reason(tmp_path: Path) -> None:
    """Every failed check is in the short list of reasons, every reason is still needed, and nothing is left out."""
    report = _report(tmp_path)
    assert report["summary"]["passed"] > 600
    assert (report["summary"]["skipped"], report["summary"]["parsing_errors"]) == (0, 0)
    failed = [(each["check_id"], *_object(each["resource"])) for each in report["results"]["failed_checks"]]
    excused = {(check, kind, part) for check, kind, parts in _REASONS for part in parts}
    assert sorted(set(failed)) == sorted(excused)


def _object(resource: str) -> tuple[str, str]:
    """Kind and component of "Deployment.shop.ddms-backend"."""
    kind, _, name = resource.split(".")
    return kind, name.removeprefix("ddms-").removesuffix("-test")
