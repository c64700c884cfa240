"""The comparison with other tools: each claim about a product has a source in the product's own documentation."""

import re
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs/comparison.md").read_text("utf-8")
HOSTS = {
    "Atmos": ("https://github.com/cloudposse/atmos/",),
    "Terragrunt": ("https://terragrunt.gruntwork.io/", "https://docs.gruntwork.io/"),
    "Terramate": ("https://terramate.io/docs/",),
    "Pulumi": ("https://www.pulumi.com/docs/",),
    "Kapitan": ("https://github.com/kapicorp/kapitan/",),
    "AWS CDK": ("https://docs.aws.amazon.com/cdk/",),
    "Plain CDKTF": ("https://github.com/hashicorp/terraform-cdk/", "https://github.com/open-constructs/cdk-terrain"),
}


def section(title: str) -> str:
    """The text under a heading."""
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


@pytest.mark.parametrize("tool", HOSTS)
def test_each_claim_has_a_source_of_the_vendor(tool: str) -> None:
    """Every item links to the tool's own documentation, and to no other site."""
    items = re.split(r"\n- ", section(tool).partition("\nChoose ")[0])[1:]
    assert len(items) >= 2
    for item in items:
        links = re.findall(r"\]\((https?://[^)]+)\)", item)
        assert links and all(link.startswith(HOSTS[tool]) for link in links), item


@pytest.mark.parametrize("tool", HOSTS)
def test_each_tool_has_a_case_in_which_it_is_the_better_choice(tool: str) -> None:
    """An honest comparison names what speaks for the other."""
    assert re.search(r"^Choose .+", section(tool), re.MULTILINE)


def test_what_is_missing_comes_first() -> None:
    """A reader who decides learns what we lack before what we have."""
    assert 0 < PAGE.index("\n## Limitations\n") < PAGE.index("\n## Advantages\n")
    assert section("Limitations").count("\n- ") >= 5
