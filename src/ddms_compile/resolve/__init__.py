"""Resolve a valid spec to an environment: names, addresses, hosts and versions."""

from ddms_compile.resolve.environment import Environment, resolve, resolve_all

__all__ = ["Environment", "resolve", "resolve_all"]
