"""Terraform core, with the exact schemas of its providers, takes every stack of every shape."""

import pytest

from ddms_compile.cdktf import load
from ddms_compile.cdktf.types import TYPES
from oracles.terraform import Terraform
from terraform.documents import Stack, by_shape, maker
from terraform.shapes import SHAPES

STACKS = ("foundation", "platform", "bootstrap")

APPLIED = [
    ("bare", "foundation"),
    ("four_zones", "foundation"),
    ("full", "foundation"),
    ("password_variable", "foundation"),
    ("state_local", "platform"),
    ("traefik", "platform"),
    ("staging", "bootstrap"),
    ("prod", "bootstrap"),
]
"""One of each way in which a stack can be unlike those of the shipped environments."""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Stack:
    """The JSON of a stack of a shape."""
    return by_shape(maker(load(TYPES, cache_dir=tmp_path_factory.mktemp("bindings"))))


def test_terraform_finds_every_stack_valid(terraform: Terraform, stack: Stack) -> None:
    """No unknown or missing argument, no wrong type, no reference into the void, in any shape."""
    documents = {f"{shape}-{name}": stack(shape, name) for shape in SHAPES for name in STACKS}
    assert terraform.validate(documents) == []


def test_a_second_plan_changes_nothing(terraform: Terraform, stack: Stack) -> None:
    """With mock providers the stacks can be applied, and are then as they were asked for."""
    documents = {f"{shape}-{name}": stack(shape, name) for shape, name in APPLIED}
    assert terraform.settle(documents, {"vpc_id": "vpc-0123456789abcdef0"}) == []
