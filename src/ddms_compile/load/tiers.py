"""Check of `tier`, before the merge, because it selects a layer of defaults."""

from collections.abc import Mapping
from types import MappingProxyType

from ddms_compile.diagnostics import Diagnostic, Label, Severity, Span
from ddms_compile.diagnostics.nearest import nearest
from ddms_compile.load.layers import Layer

BUILTIN_PREFIX = "ddms-compile:"
"""Prefix of the paths of built-in files."""

TIERS: Mapping[str, str] = MappingProxyType({tier: f"tiers/{tier}.toml" for tier in ("local", "staging", "production")})
_CHOICE = 'choose one of "local", "staging", "production"'


def tier_problem(layer: Layer) -> Diagnostic | None:
    """Return the problem with the `tier` of an environment's file."""
    path = layer.source.path
    if "tier" not in layer.tree:
        elsewhere = [name for name, value in layer.tree.items() if isinstance(value, dict) and "tier" in value]
        notes = tuple(f"the table [{name}] has one: move it above the first header" for name in elsewhere)
        start = Span(path=path, line=1, column=1, end_line=1, end_column=1)
        return _problem(start, f"{path} has no tier", "", notes, (f'{_CHOICE}: tier = "staging" as the first line',))
    tier = layer.tree["tier"]
    if isinstance(tier, str) and tier in TIERS:
        return None
    place = _place(layer)
    if not isinstance(tier, str):
        return _problem(place, f"the tier of {path} must be a string", "", (), (_CHOICE,))
    meant = nearest(tier, TIERS) or {"dev": "local", "stage": "staging"}.get(tier.lower())
    advice = f'did you mean "{meant}"?' if meant else _CHOICE
    return _problem(place, f"unknown tier {tier!r}", "unknown tier", (), (advice,))


def _place(layer: Layer) -> Span:
    from ddms_compile.load.positions import Positions  # imported for errors only

    start = Span(path=layer.source.path, line=1, column=1, end_line=1, end_column=1)
    return Positions(layer.source).value_span(("tier",)) or start


def _problem(span: Span, message: str, label: str, notes: tuple[str, ...], help: tuple[str, ...]) -> Diagnostic:
    primary = Label(span=span, message=label)
    return Diagnostic(code="DDMS011", severity=Severity.ERROR, message=message, primary=primary, notes=notes, help=help)
