"""What the deploy script gives the chart, rendered by real Helm with the committed values of an environment."""

import json
import re
from pathlib import Path
from typing import Any

import yaml

from ddms_compile.gates.document import untraced
from ddms_compile.kubernetes.helm.engine import render
from ddms_compile.kubernetes.values.application import app_values
from ddms_compile.resolve import resolve_all
from delivery_cases.deployment import ENTRIES, deployed
from delivery_cases.project import ROOT, changed, specs
from example_project import built

DIGEST = f"sha256:{'0' * 64}"


def merged(low: dict[str, Any], high: dict[str, Any]) -> dict[str, Any]:
    """As Helm merges files of values: tables merge, everything else is replaced."""
    result = dict(low)
    for key, value in high.items():
        held = result.get(key)
        result[key] = merged(held, value) if isinstance(held, dict) and isinstance(value, dict) else value
    return result


def test_the_release_is_the_commit_with_its_secrets_and_hosts(tmp_path: Path) -> None:
    """The pods run the image that was built, find the Secret that was written, and learn of its version."""
    result = deployed(tmp_path, ENTRIES)
    (helm,) = [call for call in result.of("helm") if "upgrade" in call.arguments]
    (applied,) = [json.loads(call.input) for call in result.of("kubectl") if "apply" in call.arguments]
    prod = changed(specs()["prod"], security__secrets="kubernetes")
    values = untraced(app_values(resolve_all({"prod": prod})["prod"]))
    objects = render(ROOT / "helm/application", merged(values, json.loads(helm.input)), name="ddms", namespace="ddms")
    made = {(found.manifest["kind"], found.manifest["metadata"]["name"]): found.manifest for found in objects}
    pod = made["Deployment", "ddms-backend"]["spec"]["template"]
    (container,) = pod["spec"]["containers"]
    assert container["image"].endswith(f"/ddms/backend:abc123@{DIGEST}")
    assert pod["metadata"]["annotations"]["secret-version"] == "42"
    assert {"secretRef": {"name": applied["metadata"]["name"]}} in container["envFrom"]
    settings = made["ConfigMap", "ddms-backend"]["data"]
    assert (settings["DATABASE_HOST"], settings["REDIS_HOST"]) == ("db.example.com", "cache.example.com")
    assert not set(settings) & set(applied["data"])
    readme = (ROOT / "examples/app/README.md").read_text("utf-8")
    required = {
        name
        for row in re.findall(r"^\|(.+)\| required \|", readme, re.MULTILINE)
        for name in re.findall("`(.+?)`", row)
    }
    assert len(required) >= 8 and required <= {*settings, *applied["data"]}


def test_the_runbook_names_deployments_that_the_chart_makes() -> None:
    """What is scaled, restarted and read in the application's namespace is what the chart installs."""
    values = yaml.safe_load((built() / "generated/prod/helm/values.yaml").read_text("utf-8"))
    objects = render(ROOT / "helm/application", values, name="ddms", namespace="ddms")
    made = {found.manifest["metadata"]["name"] for found in objects if found.manifest["kind"] == "Deployment"}
    runbook = (built() / "generated/prod/RUNBOOK.md").read_text("utf-8")
    named = set(re.findall(r"--namespace ddms .*\bdeployment/([\w-]+)", runbook))
    assert named and named <= made
