"""The trace of the workflow, held against what happens when a key changes."""

import functools
from collections.abc import Iterator
from typing import Any

import pytest

from ddms_compile.diagnostics.keys import Key, dotted
from ddms_compile.github import emit_workflows
from ddms_compile.load import load_project
from ddms_compile.provenance.artifact import LeafOrigin
from ddms_compile.spec import EnvironmentSpec
from delivery_cases.project import emitted
from example_project import DATA
from trace_cases.alternatives import alternatives, leaf_keys

PATH = ".github/workflows/ci-cd.yml"
ENVIRONMENTS = ("prod", "staging")


@functools.cache
def trees() -> dict[str, Any]:
    """The shipped environments in the cloud."""
    project, problems = load_project(DATA)
    assert project is not None and not problems
    return {name: project.environments[name].tree for name in ENVIRONMENTS}


@functools.cache
def shipped() -> dict[str, LeafOrigin]:
    """The leaves before any change."""
    return leaves(trees())


def leaves(of: dict[str, Any]) -> dict[str, LeafOrigin]:
    """The leaves of the workflow by path."""
    specs = {name: EnvironmentSpec.model_validate(tree) for name, tree in of.items()}
    return dict(emitted(emit_workflows, specs)[PATH].origins)


def cases() -> Iterator[Any]:
    """Every key that an environment has."""
    for name, tree in trees().items():
        for key in leaf_keys(tree):
            yield pytest.param(name, key, id=f"{name}:{dotted(key)}")


@pytest.mark.parametrize(("name", "key"), list(cases()))
def test_exactly_the_leaves_traced_to_a_key_change_with_it(name: str, key: Key) -> None:
    """No leaf changes that is not traced to the key, and each leaf that is traced to it can be changed by it."""
    held = trees()
    before, label = shipped(), f"{name}:{dotted(key)}"
    prefixes = {f"{name}:{dotted(key[:length])}" for length in range(1, len(key) + 1)}
    changed: set[str] = set()
    others = list(alternatives(held[name], key))
    if key == ("tier",):
        others.append({**held[name], "tier": "local"})
    for other in others:
        after = leaves({**held, name: other})
        moved = {leaf for leaf in before.keys() | after.keys() if value(before, leaf) != value(after, leaf)}
        explained = {leaf for found in (before, after) for leaf, origin in found.items() if origin.keys & prefixes}
        assert not moved - explained, f"changed without being traced to {label}: {sorted(moved - explained)[:5]}"
        changed |= moved
    idle = {leaf for leaf, origin in before.items() if label in origin.keys} - changed
    assert not idle, f"traced to {label} and never changed by it: {sorted(idle)[:5]}"


def value(found: dict[str, LeafOrigin], leaf: str) -> object:
    """What stands there."""
    return found[leaf].value if leaf in found else ...
