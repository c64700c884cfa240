"""Integers out of TOML's range.

TOML 1.0.0, "Integer": 64-bit signed; an integer without a lossless representation must be an error. Python has no
limit, but converts no number of more than 4,300 digits to text.
"""

from collections.abc import Iterator, Mapping

from ddms_compile.diagnostics import Severity
from ddms_compile.diagnostics.keys import Key, dotted
from ddms_compile.load import Finding, KeyLabel, LayeredTree
from ddms_compile.tree import Tree

_MOST = 2**63


def check_numbers(tree: LayeredTree) -> Iterator[Finding]:
    """Yield a finding for each integer beyond 64 bits."""
    for key in _beyond(tree.tree, ()):
        yield Finding(
            code="DDMS247",
            severity=Severity.ERROR,
            message=f"`{dotted(key)}` is an integer outside 64 bits",
            place=KeyLabel(environment=tree.name, key=key, message="out of range"),
            help=(f"TOML integers range from -{_MOST:,} to {_MOST - 1:,}",),
        )


def _beyond(tree: Tree, key: Key) -> Iterator[Key]:
    if isinstance(tree, int):
        if not -_MOST <= tree < _MOST:
            yield key
    elif isinstance(tree, Mapping):
        for name, item in tree.items():
            yield from _beyond(item, (*key, name))
    elif isinstance(tree, list):
        for number, item in enumerate(tree):
            yield from _beyond(item, (*key, number))
