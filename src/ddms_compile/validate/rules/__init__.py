"""The rules: one per file, each a function from the specs to findings. Their order is that of the findings."""

from ddms_compile.validate.rules.rule import Rule, Specs

RULES: tuple[Rule, ...] = ()

__all__ = ["RULES", "Rule", "Specs"]
