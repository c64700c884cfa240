"""A stack writes what CDKTF synthesized, and refuses anything that was not asked for."""

import pytest

from ddms_compile.cdktf import Binding
from ddms_compile.provenance.traced import NO_KEYS
from ddms_compile.terraform.arguments import block
from ddms_compile.terraform.stack import Stack


@pytest.fixture
def stack(binding: Binding) -> Stack:
    """A stack with one resource, whose tags have the key that CDKTF uses for its comments."""
    made = Stack(binding, "s", engine=NO_KEYS)
    made.settings(required_version=">= 1.11", backend=("local", block(path="s.tfstate")))
    made.provider("aws", region="eu-west-1")
    made.component("network").resource("aws_vpc", "main", cidr_block="10.0.0.0/16", tags={"//": "kept", "a": "b"})
    return made


def test_a_stack_holds_what_was_asked_for(stack: Stack) -> None:
    """Each leaf of the document has an origin; a key of data that looks like a comment stays."""
    document, sources = stack.finish()
    assert document["resource"] == {
        "aws_vpc": {"main": {"cidr_block": "10.0.0.0/16", "tags": {"//": "kept", "a": "b"}}}
    }
    assert {"aws_vpc.main.cidr_block", 'aws_vpc.main.tags."//"', "aws_vpc.main.tags.a"} <= set(sources)


def test_a_resource_that_goes_round_the_gate_is_refused(stack: Stack, binding: Binding) -> None:
    """It would have no origin, no place in the ledger, and no test."""
    binding.element("aws_eip")(stack.element, "loose", domain="vpc")
    with pytest.raises(ValueError, match=r"CDKTF wrote resource\.aws_eip"):
        stack.finish()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("resource.aws_vpc.main.enable_dns_support", False),
        ("resource.aws_vpc.main.cidr_block", "10.9.0.0/16"),
        ("resource.aws_vpc.main.tags.c", "d"),
        ("locals.loose", 1),
        ("terraform.cloud", {"organization": "o"}),
    ],
)
def test_an_argument_that_goes_round_the_gate_is_refused(stack: Stack, path: str, value: object) -> None:
    """More, less and other are all differences."""
    stack.element.add_override(path, value)
    with pytest.raises(ValueError, match="CDKTF wrote"):
        stack.finish()


def test_a_type_that_nobody_has_classified_is_refused(stack: Stack) -> None:
    """Whether it holds data decides what the ledger keeps of it."""
    with pytest.raises(ValueError, match=r"aws_sqs_queue: .*holds data"):
        stack.component("queue").resource("aws_sqs_queue", "jobs", name="jobs")
