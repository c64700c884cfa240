"""Renderers of explanations: plain text and JSON."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from itertools import groupby

from ddms_compile.provenance.trace.explain import Explanation, KeyTrace, LeafTrace

MOST_LEAVES = 40
"""Maximum leaves in plain text; a key such as the project's name decides almost all."""


def render_plain(explanation: Explanation) -> str:
    """Return the target, then its origin or its consequences."""
    lines: list[str] = []
    if explanation.keys:
        for key in explanation.keys:
            lines += _key_lines(key, "")
        lines += ["", *_consequences(explanation.leaves)]
    else:
        for path, leaves in groupby(explanation.leaves, key=lambda leaf: leaf.path):
            lines += [path]
            for leaf in leaves:
                lines += _leaf_lines(leaf)
    return "\n".join(lines) + "\n"


def render_json(explanation: Explanation) -> str:
    """Return the explanation as one JSON object."""
    return json.dumps(asdict(explanation), indent=2, ensure_ascii=False, default=str) + "\n"


def _leaf_lines(leaf: LeafTrace) -> Iterator[str]:
    yield f"  {leaf.leaf} = {_value(leaf.value)}"
    if not leaf.keys:
        yield f"    always the same: a constant of {leaf.construct}"
    for key in leaf.keys:
        yield from _key_lines(key, "    ")


def _key_lines(key: KeyTrace, indent: str) -> Iterator[str]:
    yield f"{indent}{key.key} = {_value(key.value)}"
    for number, assignment in enumerate(key.assignments):
        verb = "from" if number == 0 else "over"
        yield f"{indent}  {verb} {assignment.layer:<11} {assignment.path}:{assignment.line}: {assignment.text}"


def _consequences(leaves: tuple[LeafTrace, ...]) -> Iterator[str]:
    if not leaves:
        yield "No generated value of this environment follows from it."
        return
    yield (
        f"{len(leaves)} value{'s' if len(leaves) > 1 else ''} of this environment follow{{'s' if "
        "len(leaves) == 1 else ''} from it:"
    )
    for path, group in groupby(leaves[:MOST_LEAVES], key=lambda leaf: leaf.path):
        yield f"  {path}"
        for leaf in group:
            yield f"    {leaf.leaf} = {_value(leaf.value)}"
    if len(leaves) > MOST_LEAVES:
        yield f"  … and {len(leaves) - MOST_LEAVES} more; --format json lists them all"


def _value(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 100 else f"{text[:97]}…"
