"""From a valid spec to an environment with every decision made."""

from ddms_compile.resolve.environment import Environment, resolve, resolve_all

__all__ = ["Environment", "resolve", "resolve_all"]
