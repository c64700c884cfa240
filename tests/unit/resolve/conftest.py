"""Stacks, in which the resolved names appear."""

from terraform.conftest import binding, make, stack

__all__ = ["binding", "make", "stack"]
