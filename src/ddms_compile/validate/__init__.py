"""From layered trees to valid specs, or findings that say what is wrong and where."""

from ddms_compile.validate.validate import Valid, validate

__all__ = ["Valid", "validate"]
