"""Stacks, which install the add-ons."""

from terraform.conftest import binding, make, stack

__all__ = ["binding", "make", "stack"]
