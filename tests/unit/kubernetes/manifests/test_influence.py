"""The judge of the manifests' trace: change a key, see what changes, and hold it against what was traced to the key."""

import functools
import shutil
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import yaml

from ddms_compile.diagnostics.keys import Key, dotted
from ddms_compile.emitter import Inputs
from ddms_compile.kubernetes.manifests import influence
from ddms_compile.kubernetes.manifests.emit import emit_manifests
from ddms_compile.kubernetes.manifests.influence import leaves
from ddms_compile.load import FindingsError, load_project
from ddms_compile.provenance.artifact import Artifact
from ddms_compile.provenance.traced import NO_KEYS, Keys
from ddms_compile.resolve import resolve_all
from ddms_compile.resolve.names import ENVIRONMENT_KEY
from ddms_compile.spec import EnvironmentSpec
from example_project import DATA
from trace_cases.alternatives import alternatives, at, leaf_keys

ROOT = Path(__file__).parents[4]
ENVIRONMENTS = ("prod", "staging")

ENOUGH = 2
"""Other values of a key that are tried when the first ones have changed all that they should."""

Leaf = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """The manifests of an environment; `values`: what stands in each leaf."""

    artifacts: tuple[Artifact, ...]
    values: Mapping[Leaf, Any]

    def keys(self, paths: Collection[str]) -> dict[Leaf, frozenset[str]]:
        """The keys of each leaf of these files. It takes a second or more."""
        asked = (each for each in self.artifacts if each.path in paths)
        return {(each.path, leaf): origin.keys for each in asked for leaf, origin in each.origins.items()}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project in which another value of `project.chart` leads to a chart too."""
    folder = tmp_path_factory.mktemp("root")
    shutil.copytree(ROOT / "helm", folder / "helm")
    shutil.copytree(ROOT / "helm" / "application", folder / "charts" / "other")
    return folder


def _compiled(root: Path, name: str, tree: dict[str, Any]) -> Compiled:
    environments = resolve_all({name: EnvironmentSpec.model_validate(tree)})
    # No more than these is of interest to this emitter.
    inputs = cast("Inputs", SimpleNamespace(selected=(environments[name],), root=root))
    artifacts = tuple(emit_manifests(inputs))
    values = {(each.path, leaf): value for each in artifacts for leaf, value in _leaves(each.text)}
    return Compiled(artifacts=artifacts, values=values)


@functools.cache
def _leaves(text: str) -> tuple[tuple[str, Any], ...]:
    return tuple(leaves(yaml.load(text, yaml.CSafeLoader)))


@functools.cache
def _shipped(root: Path, name: str) -> tuple[Compiled, Mapping[Leaf, frozenset[str]]]:
    compiled = _compiled(root, name, _tree(name))
    return compiled, compiled.keys({path for path, _ in compiled.values})


@functools.cache
def _tree(name: str) -> dict[str, Any]:
    project, problems = load_project(DATA)
    assert not problems
    return project.environments[name].tree


def cases() -> Iterator[Any]:
    """Every key of one environment, and those keys of the other whose value is another there."""
    known: dict[Key, Any] = {}
    for name in ENVIRONMENTS:
        for key in leaf_keys(_tree(name)):
            value = at(_tree(name), key)
            if known.setdefault(key, value) != value or name == ENVIRONMENTS[0]:
                yield pytest.param(name, key, id=f"{name}:{dotted(key)}")


@pytest.mark.parametrize(("name", "key"), list(cases()))
def test_exactly_the_leaves_traced_to_a_key_change_with_it(
    root: Path, name: str, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No leaf changes that is not traced to the key, and each leaf that is traced to it can be changed by it."""
    before, keys = _shipped(root, name)
    # From here on only this key is asked for, which is many times faster.
    every = influence._traced_leaves

    def of_key(*at: Any) -> Iterator[tuple[influence.Path, Keys]]:
        return ((path, keys if _named(keys, key) else NO_KEYS) for path, keys in every(*at))

    monkeypatch.setattr(influence, "_traced_leaves", of_key)
    traced = {leaf for leaf in before.values if dotted(key) in keys[leaf]}
    explained = {leaf for leaf in before.values if _named(keys[leaf], key)}
    changed: set[Leaf] = set()
    tried = 0
    for other in alternatives(_tree(name), key):
        if tried >= ENOUGH and traced <= changed:
            break
        try:
            after = _compiled(root, name, other)
        except FindingsError:
            continue  # a rule of the build, or the chart, refuses this combination
        tried += 1
        moved = {
            leaf
            for leaf in before.values.keys() | after.values.keys()
            if before.values.get(leaf, ...) != after.values.get(leaf, ...)
        }
        unexplained = moved - explained
        if arrived := unexplained - before.values.keys():
            new = after.keys({path for path, _ in arrived})
            unexplained -= {leaf for leaf in arrived if _named(new[leaf], key)}
        assert not unexplained, f"changed without being traced to {dotted(key)}: {sorted(unexplained)[:5]}"
        changed |= moved
    assert tried, f"no other valid value is known for {dotted(key)}: add one to alternatives.py"
    idle = traced - changed
    assert not idle, f"traced to {dotted(key)} and never changed by it: {sorted(idle)[:5]}"


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_every_leaf_has_an_origin(root: Path, name: str) -> None:
    """Each leaf of each file is traced, with the value that stands there, and keys that the environment has."""
    compiled, _ = _shipped(root, name)
    keys = {dotted(key[:length]) for key in leaf_keys(_tree(name)) for length in range(1, len(key) + 1)}
    for artifact in compiled.artifacts:
        assert {leaf: origin.value for leaf, origin in artifact.origins.items()} == dict(_leaves(artifact.text))
        for origin in artifact.origins.values():
            assert origin.keys <= artifact.origins.possible  # type: ignore[attr-defined]
            assert origin.keys <= keys | {ENVIRONMENT_KEY}


def _named(keys: frozenset[str], key: Key) -> bool:
    """Whether the key, or a table that holds it and exists because of it, is among the keys."""
    return any(dotted(key[:length]) in keys for length in range(1, len(key) + 1))
