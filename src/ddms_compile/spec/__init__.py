"""The language: one pydantic model per table of the TOML."""

from ddms_compile.spec.environment import EnvironmentSpec, Tier

__all__ = ["EnvironmentSpec", "Tier"]
