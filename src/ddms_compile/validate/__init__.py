"""Validate layered trees: return specs, or findings with positions."""

from ddms_compile.validate.validate import Valid, validate

__all__ = ["Valid", "validate"]
