"""The judge of the trace: change a key, see what changes, and hold it against what was traced to the key."""

import copy
import datetime
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ddms_compile.cdktf.session import Session
from ddms_compile.diagnostics.keys import Key, dotted
from ddms_compile.emitter import Inputs
from ddms_compile.load import load_project
from ddms_compile.pipeline.emitters import EMITTERS
from ddms_compile.provenance.artifact import LazyOrigins
from ddms_compile.resolve import resolve_all
from ddms_compile.spec import EnvironmentSpec
from example_project import DATA
from trace_cases.alternatives import alternatives, leaf_keys

ROOT = Path(__file__).parents[3]
ENVIRONMENTS = ("local", "prod", "staging")

ENOUGH = 2
"""Other values of a key that are tried when the first ones have changed all that they should."""

Leaf = tuple[str, str]
Leaves = dict[Leaf, tuple[Any, frozenset[str]]]


@pytest.fixture(scope="module")
def compile_tree(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str, dict[str, Any]], Leaves]]:
    """From the merged data of one environment to every leaf that is generated for it, with value and keys."""
    # One session for all: to start Node for each of hundreds of compilations would take most of the time.
    session = Session(cache_dir=Path.home() / ".cache" / "ddms-compile")
    elsewhere = tmp_path_factory.mktemp("root")
    shutil.copytree(ROOT / "helm", elsewhere / "helm")
    # Where another value of `project.chart` leads to.
    shutil.copytree(ROOT / "helm" / "application", elsewhere / "charts" / "other")

    def compiled(name: str, tree: dict[str, Any]) -> Leaves:
        specs = {name: EnvironmentSpec.model_validate(tree)}
        inputs = Inputs(
            environments=resolve_all(specs),
            wanted=(name,),
            root=elsewhere,
            today=datetime.date(2026, 11, 23),
            cdktf=session,
        )
        return {
            (artifact.path, leaf): (origin.value, origin.keys)
            for emit in EMITTERS
            for artifact in emit(inputs)
            # Manifests answer slowly; tests/unit/kubernetes/manifests holds them to the same law.
            if artifact.environment == name and not isinstance(artifact.origins, LazyOrigins)
            for leaf, origin in artifact.origins.items()
        }

    yield compiled
    session.close()


def cases() -> Iterator[Any]:
    """Every key of every shipped environment."""
    project, problems = load_project(DATA)
    assert not problems
    for name in ENVIRONMENTS:
        for key in leaf_keys(project.environments[name].tree):
            if (name, key) == ("local", ("tier",)):
                continue  # no other tier leaves a laptop a laptop
            yield pytest.param(name, key, id=f"{name}:{dotted(key)}")


@pytest.mark.parametrize(("name", "key"), list(cases()))
def test_exactly_the_leaves_traced_to_a_key_change_with_it(
    name: str, key: Key, compile_tree: Callable[[str, dict[str, Any]], Leaves]
) -> None:
    """No leaf changes that is not traced to the key, and each leaf that is traced to it can be changed by it."""
    tree = load_project(DATA)[0].environments[name].tree
    before = compile_tree(name, tree)
    others = list(alternatives(tree, key))
    assert others, f"no other valid value is known for {dotted(key)}: add one to alternatives.py"
    changed: set[Leaf] = set()
    traced = {leaf for leaf, (_, keys) in before.items() if dotted(key) in keys}
    explained = {leaf for leaf, (_, keys) in before.items() if _named(keys, key)}
    for tried, other in enumerate(others):
        if tried >= ENOUGH and traced <= changed:
            break
        after = compile_tree(name, other)
        moved = {leaf for leaf in before.keys() | after.keys() if _value(before, leaf) != _value(after, leaf)}
        new = {leaf for leaf, (_, keys) in after.items() if _named(keys, key)}
        unexplained = moved - explained - new
        assert not unexplained, f"changed without being traced to {dotted(key)}: {sorted(unexplained)[:5]}"
        changed |= moved
    idle = traced - changed
    assert not idle, f"traced to {dotted(key)} and never changed by it: {sorted(idle)[:5]}"


@pytest.mark.parametrize("group", ["batch", "general"])
def test_exactly_the_leaves_traced_to_a_node_group_go_with_it(
    group: str, compile_tree: Callable[[str, dict[str, Any]], Leaves]
) -> None:
    """What exists because of a table of the user's is what is gone without it."""
    tree: dict[str, Any] = copy.deepcopy(load_project(DATA)[0].environments["prod"].tree)
    before = compile_tree("prod", tree)
    del tree["cluster"]["nodes"][group]
    after = compile_tree("prod", tree)
    traced = {leaf for leaf, (_, keys) in before.items() if f"cluster.nodes.{group}" in keys}
    assert {leaf for leaf in before if _value(before, leaf) != _value(after, leaf)} == traced


def _named(keys: frozenset[str], key: Key) -> bool:
    """Whether the key, or a table that holds it and exists because of it, is among the keys."""
    return any(dotted(key[:length]) in keys for length in range(1, len(key) + 1))


def _value(leaves: Leaves, leaf: Leaf) -> object:
    return leaves[leaf][0] if leaf in leaves else ...
