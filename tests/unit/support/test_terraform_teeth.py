"""The oracle of Terraform objects to each kind of mistake that we rely on it for."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from oracles.terraform import Terraform

GOOD: dict[str, Any] = {
    "terraform": {"required_providers": {"aws": {"source": "aws", "version": "6.25.0"}}},
    "provider": {"aws": [{"region": "eu-west-1"}]},
    "resource": {
        "aws_vpc": {"main": {"cidr_block": "10.0.0.0/16"}},
        "aws_subnet": {"a": {"vpc_id": "${aws_vpc.main.id}", "cidr_block": "10.0.0.0/24"}},
    },
}


def test_a_good_stack_is_accepted_and_applied(terraform: Terraform) -> None:
    """What is right passes: else the objections would mean nothing."""
    assert terraform.validate({"good": GOOD}) == []
    assert terraform.settle({"good": GOOD}, {}) == []


def unknown_argument(stack: dict[str, Any]) -> None:
    stack["resource"]["aws_vpc"]["main"]["cidr"] = "10.0.0.0/16"


def missing_argument(stack: dict[str, Any]) -> None:
    del stack["resource"]["aws_subnet"]["a"]["vpc_id"]


def wrong_type(stack: dict[str, Any]) -> None:
    stack["resource"]["aws_vpc"]["main"]["enable_dns_support"] = "perhaps"


def dangling_reference(stack: dict[str, Any]) -> None:
    stack["resource"]["aws_subnet"]["a"]["vpc_id"] = "${aws_vpc.other.id}"


def unknown_attribute(stack: dict[str, Any]) -> None:
    stack["resource"]["aws_subnet"]["a"]["vpc_id"] = "${aws_vpc.main.identity}"


def cycle(stack: dict[str, Any]) -> None:
    stack["resource"]["aws_vpc"]["main"]["tags"] = {"a": "${aws_subnet.a.id}"}


def argument_of_an_older_provider(stack: dict[str, Any]) -> None:
    stack["resource"]["aws_eip"] = {"nat": {"vpc": True}}


def unknown_kind(stack: dict[str, Any]) -> None:
    stack["resource"]["aws_vcp"] = {"main": {}}


def evaluated_text(stack: dict[str, Any]) -> None:
    stack["resource"]["aws_vpc"]["main"]["tags"] = {"a": "${nonsense(1)}"}


@pytest.mark.parametrize(
    "spoil",
    [
        unknown_argument,
        missing_argument,
        wrong_type,
        dangling_reference,
        unknown_attribute,
        cycle,
        argument_of_an_older_provider,
        unknown_kind,
        evaluated_text,
    ],
)
def test_a_spoilt_stack_is_refused(spoil: Callable[[dict[str, Any]], None], terraform: Terraform) -> None:
    """Each kind of mistake is found, and the good stack beside it does not hide it."""
    stack = copy.deepcopy(GOOD)
    spoil(stack)
    assert terraform.validate({"good": GOOD, "spoilt": stack})
