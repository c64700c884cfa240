"""What several back ends share is in one module, and the scripts of the pipeline agree with it."""

import ast
import re
from pathlib import Path

from ddms_compile.resolve import interfaces

PACKAGE = Path(interfaces.__file__).parents[1]
SHARED = {
    *(interfaces.POSTGRES_PORT, str(interfaces.POSTGRES_PORT), interfaces.REDIS_PORT, str(interfaces.REDIS_PORT)),
    *(interfaces.DATABASE_PASSWORD, interfaces.REDIS_AUTH_TOKEN, interfaces.SLACK_WEBHOOK_URL),
    *interfaces.HANDED_ON,
    *interfaces.HANDED_ON.values(),
    interfaces.API_ADDRESS,
}
FOLDERS = (
    "terraform",
    "kubernetes/values",
    "kubernetes/manifests",
    "github",
    "local",
    "runbook",
    "addons",
    "resolve",
)


def test_no_back_end_repeats_a_shared_name_or_port() -> None:
    repeated = [
        f"{file.relative_to(PACKAGE)}:{node.lineno}: {node.value!r}"
        for folder in FOLDERS
        for file in sorted((PACKAGE / folder).rglob("*.py"))
        if file != Path(interfaces.__file__)
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and node.value in SHARED
    ]
    assert repeated == []


def test_the_script_that_applies_hands_on_these_outputs() -> None:
    script = (PACKAGE / "github" / "scripts" / "apply.sh").read_text(encoding="utf-8")
    assert dict(re.findall(r'"(\w+)=" \+ \.(\w+)\.value', script)) == interfaces.HANDED_ON
