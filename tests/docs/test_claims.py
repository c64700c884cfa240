"""Facts about products of others: each sentence of the runbook and of the code pages has a source or a test."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from example_project import built

ROOT = Path(__file__).parents[2]
CODES = ROOT / "src/ddms_compile/diagnostics/codes"
RUNBOOK = ROOT / "src/ddms_compile/runbook/text.md"
TABLE = Path(__file__).with_name("claims.txt")
PRODUCTS = re.compile(
    r"\b(?:AWS|IAM|EKS|RDS|ElastiCache|ECR|EC2|S3|KMS|VPC|NLB|Secrets Manager|CloudTrail|GuardDuty|Route 53"
    r"|Bottlerocket|OIDC"
    r"|Kubernetes|kubectl|Helm|Terraform|CDKTF|Docker|Compose|GitHub|PostgreSQL|Redis|Valkey|nginx|ingress-nginx|Traefik"
    r"|cert-manager|Let's Encrypt|HTTP-01|DNS-01|ExternalDNS|External Secrets|autoscaler|Velero|Prometheus|Alertmanager"
    r"|Grafana|Slack|Node(?:\.js)?)\b"
)
"""By these names a sentence says something about the world outside."""
THINGS = re.compile(
    r"(?i)\b(?:control plane|nodes|disruption|draining|overwritten|lock|snapshots?|restored|tokens?"
    r"|PodDisruptionBudgets?|connections|parameter"
    r"|standby|primary|volume|major version|replication slots|statistics|imagepullbackoff|approval)\b|awsbackup:"
)
"""In the runbook, sentences about these are facts of a product too, which the section names."""
VENDORS = {
    *("docs.aws.amazon.com", "github.com", "docs.github.com", "kubernetes.io", "helm.sh", "developer.hashicorp.com"),
    *("letsencrypt.org", "cert-manager.io", "external-secrets.io", "kubernetes-sigs.github.io", "velero.io"),
    *("doc.traefik.io", "grafana.com", "www.postgresql.org", "redis.io"),
    *("prometheus.io", "prometheus-operator.dev"),
}
"""Hosts of the products' own documentation: no blog of a third party is a source."""


def sentences(text: str) -> Iterator[str]:
    """The sentences of a page in prose: no headings, tables, examples, or lists of links."""
    prose = re.sub(r"^(`{3,})\w*\n.*?^\1$|<!--.*?-->", "", text, flags=re.MULTILINE | re.DOTALL)
    for block in re.split(r"\n\s*\n|\n(?=- |\d+\. |\|)", prose):
        if block.strip() and not block.startswith(
            (
                "#",
                "|",
                "    ",
                *(f"- {part}: [" for part in ("Start", "Restore", "Deploy", "Operate", "Rotate", "Upgrade")),
            )
        ):
            yield from re.split(r"(?<=[.!?:])\s+(?=[A-Z`\"<])", " ".join(block.split()))


def claims() -> list[tuple[str, str]]:
    """Each page with each sentence of it that names a product."""
    pages = {"runbook": RUNBOOK, **{path.stem: path for path in sorted(CODES.glob("*.md"))}}
    found = [(page, each) for page, path in pages.items() for each in sentences(path.read_text("utf-8"))]
    told = [
        claim for claim in found if PRODUCTS.search(claim[1]) or (claim[0] == "runbook" and THINGS.search(claim[1]))
    ]
    return list(dict.fromkeys(told))


def table() -> dict[str, list[str]]:
    """The lines under each source."""
    found = re.split(r"^# (.+)\n", TABLE.read_text("utf-8"), flags=re.MULTILINE)
    return {source: body.split("\n") for source, body in zip(found[1::2], map(str.strip, found[2::2]), strict=True)}


def test_every_fact_has_a_source() -> None:
    """A new sentence about a product belongs under its source in claims.txt; a sentence that is gone leaves it."""
    wanted = {f"{page}: {sentence}" for page, sentence in claims()}
    given = Counter(line for lines in table().values() for line in lines)
    assert wanted - set(given) == set(), "write these under their sources in tests/docs/claims.txt"
    assert set(given) - wanted == set(), "these sentences are gone: take them out of tests/docs/claims.txt"
    assert [line for line, times in given.items() if times > 1] == []


@pytest.mark.parametrize("source", table())
def test_a_source_is_a_vendor_or_a_test(source: str) -> None:
    """A source is a page of the product's own documentation, or a test of this repository."""
    if found := re.fullmatch(r"https://([^/]+)/\S+", source):
        assert found[1] in VENDORS
    else:
        path, _, name = source.partition("::")
        text = (ROOT / path).read_text("utf-8")
        assert re.match(r"tests/.*test_\w+\.py", path) and f"def {name or 'test_'}" in text


def test_a_new_fact_is_found() -> None:
    """The search sees a product in a sentence of a page, and neither code nor heading."""
    page = "# EKS\n\nEKS is quick. We are not.\n\n```bash\naws eks list-clusters\n```\n\n    [cluster]  # EKS\n"
    assert [each for each in sentences(page) if PRODUCTS.search(each)] == ["EKS is quick."]
    assert len(claims()) > 100


@pytest.mark.parametrize(
    "false",
    [
        r"EKS's own choice",
        r"(?:nobody|no one) (?:can|to|may) cancel|lets nobody cancel",
        r"Traefik\b[^.]*\breads the same annotations",
        r"TF_VAR_secrets_version=[\"']?\d",
    ],
)
def test_a_sentence_that_was_false_does_not_come_back(false: str) -> None:
    """What the vendors' documentation contradicts stands in no document, page, help text or generated file."""
    places = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "src").rglob("*.md")]
    places += [*(ROOT / "src").rglob("*.py"), *(ROOT / "src").rglob("*.sh"), *(built() / "generated").rglob("*.md")]
    assert [str(path) for path in places if re.search(false, path.read_text("utf-8"))] == []
