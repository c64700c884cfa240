"""From a valid spec to an environment with every decision made."""

from ddms_compile.resolve.environment import Environment, resolve

__all__ = ["Environment", "resolve"]
