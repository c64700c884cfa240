"""Stacks, whose types the binding holds."""

from terraform.conftest import binding, make, stack

__all__ = ["binding", "make", "stack"]
