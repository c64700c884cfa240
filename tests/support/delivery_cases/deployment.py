"""A deployment of prod by the generated script, among fakes."""

import json
from pathlib import Path
from typing import Any

import pytest

from ddms_compile.github import emit_workflows
from ddms_compile.resolve import resolve_all
from ddms_compile.resolve.delivery import deployment
from delivery_cases.fakes import Result, run, unavailable
from delivery_cases.project import changed, emitted, specs

SECRET = "s3cr't $(id) `id` \" \\ 😀"
ENTRIES = {
    "arn:database": {"username": "ddms", "password": SECRET},
    "ddms/prod/app": {"jwt_secret": f"jwt-{SECRET}"},
    "ddms/prod/redis": {"auth_token": f"redis-{SECRET}"},
}
AWS = """
case "$*" in
  *get-secret-value*)
    while [[ $1 != --secret-id ]]; do shift; done
    jq --raw-output --arg id "$2" '.[$id]' "$ENTRIES" ;;
esac
"""
KUBECTL = """
case "$*" in
  *"get secret"*) printf 42 ;;
  *"get deployments"*) printf '%s' "${DEPLOYMENTS:-{\\"items\\": []\\}}" ;;
esac
"""
HELM = """
case "$1" in
  list) printf '%s' "${RELEASES:-[]}" ;;
esac
"""


def deployed(
    folder: Path,
    entries: dict[str, Any],
    answers: dict[str, str] | None = None,
    /,
    *,
    secrets: str = "kubernetes",
    **more: str,
) -> Result:
    """deploy.sh with the variables of prod, whose secrets come that way; `answers`: of other fakes than the usual."""
    held = folder / "entries.json"
    held.write_text(json.dumps(entries))
    prod = changed(specs()["prod"], security__secrets=secrets)
    env = {name: value.value for name, value in deployment(resolve_all({"prod": prod})["prod"]).items()}
    env |= {
        "DATABASE_HOST": "db.example.com",
        "DATABASE_SECRET": "arn:database",
        "REDIS_HOST": "cache.example.com",
        "BACKEND_IMAGE": f"abc123 sha256:{'0' * 64}",
        "ENTRIES": str(held),
    }
    reason = unavailable()
    if reason:
        pytest.skip(f"UNCHECKED scripts: {reason}")
    scripts = {path: each.text for path, each in emitted(emit_workflows, specs()).items() if path.endswith(".sh")}
    for path, text in scripts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    fakes = {"aws": AWS, "kubectl": KUBECTL, "helm": HELM, "sleep": ""} | (answers or {})
    return run(folder / "fakes", scripts["generated/ci/deploy.sh"], env | more, fakes, cwd=folder)
