"""Terraform core, with the exact schemas of its providers, takes every stack of every shape."""

from oracles.terraform import Terraform
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


def test_terraform_finds_every_stack_valid(terraform: Terraform, stack):
    """No unknown or missing argument, no wrong type, no reference into the void, in any shape."""
    documents = {f"{shape}-{name}": stack(shape, name) for shape in SHAPES for name in STACKS}
    assert terraform.validate(documents) == []


def test_a_second_plan_changes_nothing(terraform: Terraform, stack):
    """With mock providers the stacks can be applied, and are then as they were asked for."""
    documents = {f"{shape}-{name}": stack(shape, name) for shape, name in APPLIED}
    assert terraform.settle(documents, {"vpc_id": "vpc-0123456789abcdef0"}) == []
