"""What the page on CI secrets promises is generated, or is a key of the language."""

import datetime
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from ddms_compile.pipeline.compile import check
from ddms_compile.pipeline.request import Request
from ddms_compile.resolve import resolve_all
from ddms_compile.resolve.secrets import ci_secrets
from example_project import DATA, built

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "ci-secrets.md").read_text("utf-8")
OF_THE_SEED = (
    *("POSTGRES_URL", "REDIS_URL", "ALLOWED_ORIGINS", "ECR_BACKEND_REPO", "ECR_FRONTEND_REPO", "AWS_ACCESS_KEY_ID"),
    *("AWS_SECRET_ACCESS_KEY", "AWS_REGION", "EKS_CLUSTER_NAME", "JWT_SECRET", "KUBE_CONFIG", "SLACK_WEBHOOK_URL"),
    *("GRAFANA_ADMIN_PASSWORD",),
)


def rows() -> Iterator[tuple[list[str], str, str]]:
    """Names on the left, what they became, why."""
    for line in PAGE.splitlines():
        if line.startswith("| `"):
            left, became, why = (cell.strip() for cell in line.strip("|").split(" | "))
            yield re.findall(r"`([^`]+)`", left), became, why


@cache
def generated() -> str:
    """All that is generated for the example's environments."""
    kept = [*(built() / "generated").rglob("*"), built() / ".github/workflows/ci-cd.yml"]
    return "\n".join(path.read_text("utf-8") for path in kept if path.is_file() and path.suffix != ".svg")


@cache
def language() -> frozenset[str]:
    """Every key that a TOML file may hold, dotted."""
    schemas = [json.loads((built() / f"generated/schema/{name}.schema.json").read_text("utf-8")) for name in
               ("environment", "project")]  # fmt: skip
    return frozenset(key for schema in schemas for key in _keys(schema, schema, ""))


def _keys(node: object, root: dict[str, object], above: str) -> Iterator[str]:
    while isinstance(node, dict) and "$ref" in node:
        node = _at(root, str(node["$ref"]))
    if isinstance(node, dict):
        for name, part in node.get("properties", {}).items():
            yield f"{above}{name}"
            yield from _keys(part, root, f"{above}{name}.")


def _at(root: object, reference: str) -> object:
    for step in reference.removeprefix("#/").split("/"):
        assert isinstance(root, dict)
        root = root[step]
    return root


@pytest.mark.parametrize("row", list(rows()), ids=lambda row: row[0][0])
def test_what_a_secret_became_exists(row: tuple[list[str], str, str]) -> None:
    """Each name on the right is in what is generated, or a key of the schema, and each row has a reason."""
    _, became, why = row
    for name in re.findall(r"`([^`]+)`", f"{became} {why}"):
        if name.startswith(("docs/", "generated/")):
            assert any((folder / name).exists() for folder in (ROOT, built())), name
        elif name == "VITE_*":
            continue
        else:
            assert name in generated() or name in language(), name
    assert len(why) > 3


def test_the_names_that_a_pipeline_by_hand_has_are_there() -> None:
    """Each name that the first pipeline of this project had is on the left of one row."""
    left = [name for names, _, _ in rows() for name in names]
    assert set(OF_THE_SEED) <= set(left)
    assert len(left) == len(set(left))


def test_what_is_left_for_ci_is_said() -> None:
    """Every secret that the pipeline of a shipped environment needs is called one that is left."""
    specs = check(Request(root=DATA, today=datetime.date(2026, 11, 23), cache_dir=ROOT / ".cache")).specs
    needed = {secret.in_ci for env in resolve_all(specs).values() if env.tier != "local" for secret in ci_secrets(env)}
    left = (became for _, became, _ in rows() if "GitHub environment still" in became)
    still = {name for became in left for name in re.findall(r"`([A-Z_]+)`", became)}
    assert needed == still
