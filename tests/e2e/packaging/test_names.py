"""Nothing is named after this repository's application in somebody else's project."""

import datetime
import re
from pathlib import Path

import pytest

from ddms_compile.diagnostics import Severity
from ddms_compile.pipeline.compile import compile
from ddms_compile.pipeline.request import Request
from ddms_compile.provenance.artifact import Artifact

OURS = re.compile(r"\.?ddms[-_]compile|ddms\.toml|DDMS[0-9]{1,3}")
"""The program, its package, its file, and its diagnostic codes."""

PROJECT = """
[project]
name = "{name}"
repository = "acme/shop"
account = "111122223333"
region = "eu-west-1"

[edge.tls]
email = "ops@acme.example"
"""
FULL = """
tier = "{tier}"

[aws]
account = "{account}"
region = "eu-west-1"

[dns]
root_domain = "{domain}"

[network]
cidr = "{cidr}"
interface_endpoints = ["sts"]

[edge]
controller = "{controller}"

[cluster]
endpoint = {{ public = true, public_cidrs = ["203.0.113.0/24"] }}

[cluster.nodes.general]
instance_types = ["m7g.large"]
min = 3
max = 9

[deploy]
runner = "inside"

[backup.velero]
enabled = true

[security]
guardduty = true
cloudtrail = true
secrets = "{secrets}"

[workloads.backend]
image = {{ tag = "1.0.0" }}
metrics = {{ enabled = true }}
egress = [{{ cidr = "198.51.100.0/24", ports = [443], reason = "a payment service" }}]

[workloads.frontend]
image = {{ tag = "1.0.0" }}
"""


def build(root: Path, name: str) -> tuple[Artifact, ...]:
    """A project of another company, with a laptop, and everything switched on in the cloud, in two ways."""
    prod = {"tier": "production", "account": "444455556666", "domain": "acme.example", "cidr": "10.20.0.0/16"}
    staging = {"tier": "staging", "account": "111122223333", "domain": "qa.acme.example", "cidr": "10.30.0.0/16"}
    files = {
        "ddms.toml": PROJECT.format(name=name),
        "environments/local.toml": 'tier = "local"\n',
        "environments/prod.toml": FULL.format(**prod, controller="traefik", secrets="external-secrets"),
        "environments/staging.toml": FULL.format(**staging, controller="ingress-nginx", secrets="kubernetes"),
    }
    for path, text in files.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text, "utf-8")
    made = compile(Request(root=root, today=datetime.date(2026, 12, 1), cache_dir=None))
    assert [d for d in made.checked.diagnostics if d.severity is Severity.ERROR] == []
    return made.artifacts


@pytest.fixture(scope="module")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> tuple[Artifact, ...]:
    """What such a project has under generated/ and .github/."""
    return build(tmp_path_factory.mktemp("shop"), "web-shop")


def named_after_us(text: str) -> list[str]:
    """The lines in which something is called like the application of this repository."""
    return [line for line in text.split("\n") if re.search("ddms", OURS.sub("", line), re.IGNORECASE)]


def test_no_path_and_no_line_is_named_after_another_project(artifacts: tuple[Artifact, ...]) -> None:
    """Besides the program's own name, file and codes, the word is nowhere."""
    assert {artifact.emitter for artifact in artifacts} >= {"charts", "compose", "terraform", "manifests", "runbook"}
    found = {artifact.path: named_after_us(f"{artifact.path}\n{artifact.text}") for artifact in artifacts}
    assert {path: lines[:3] for path, lines in found.items() if lines} == {}


def test_make_is_not_called(artifacts: tuple[Artifact, ...]) -> None:
    """A project of somebody else has no Makefile: no generated command or advice calls one."""
    calls = re.compile(r"`make |^\s*(?:- )?(?:run: )?(?:exec )?make [a-z-]+$", re.MULTILINE)
    assert [artifact.path for artifact in artifacts if calls.search(artifact.text)] == []


def test_names_follow_the_project(artifacts: tuple[Artifact, ...]) -> None:
    """Database, user, channel, group, labels and alerts carry the project's name."""
    texts = {artifact.path: artifact.text for artifact in artifacts}
    stack = texts["generated/prod/terraform/stacks/foundation/cdk.tf.json"]
    assert '"db_name": "web_shop"' in stack and '"username": "web_shop"' in stack and '"web-shop:deployers"' in stack
    manifests = "".join(text for path, text in texts.items() if path.startswith("generated/prod/manifests/"))
    for wanted in ('app.kubernetes.io/name: "web-shop"', "alert: WebShopHighErrorRate", "egress.web-shop/0"):
        assert wanted in manifests
    assert "#web-shop-alerts" in "".join(texts.values())
    assert "## WebShopHighErrorRate" in texts["generated/prod/RUNBOOK.md"]
