"""Layers: what they make together, and who said what."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddms_compile.diagnostics import Key
from ddms_compile.load.layers import MOST_VALUES, Layer, LayeredTree, LayerKind, TooManyValuesError
from ddms_compile.load.source import Source

_LEAVES = st.one_of(st.integers(0, 3), st.lists(st.integers(0, 3), max_size=2))
_TREES = st.dictionaries(
    st.sampled_from("ab*"),
    st.recursive(_LEAVES, lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3), max_leaves=5),
    max_size=3,
)


def layered(*trees: dict[str, Any]) -> LayeredTree:
    kinds = list(LayerKind)[-len(trees) :]
    layers = (Layer(kind=k, source=Source(f"{k}.toml", ""), tree=t) for k, t in zip(kinds, trees, strict=True))
    return LayeredTree("prod", tuple(layers))


def paths(tree: Any, above: Key = ()) -> list[Key]:
    entries: list[tuple[str | int, Any]] = []
    if isinstance(tree, dict):
        entries = list(tree.items())
    elif isinstance(tree, list):
        entries = list(enumerate(tree))
    return [key for step, value in entries for key in ((*above, step), *paths(value, (*above, step)))]


def at(tree: Any, key: Key) -> Any:
    for step in key:
        tree = tree[step]
    return tree


def test_tables_merge_and_all_else_replaces() -> None:
    tree = layered({"t": {"a": 1, "b": [1, 2]}, "x": 1}, {"t": {"b": [3], "c": 4}}).tree
    assert tree == {"t": {"a": 1, "b": [3], "c": 4}, "x": 1}


def test_table_named_star_lies_under_its_siblings_and_is_gone() -> None:
    tree = layered({"n": {"*": {"disk": 50, "t": {"a": 1}}}}, {"n": {"x": {"disk": 9}, "y": {"t": {"b": 2}}}}).tree
    assert tree == {"n": {"x": {"disk": 9, "t": {"a": 1}}, "y": {"disk": 50, "t": {"a": 1, "b": 2}}}}


def test_stars_make_so_many_keys_and_no_more() -> None:
    """Also stars within stars: each level multiplies."""
    keys: dict[str, Any] = {f"k{n}": 0 for n in range(200)}
    siblings: dict[str, Any] = {f"t{n}": {} for n in range(200)}
    assert len(paths(layered({"n": {"*": keys, **siblings}}).tree)) == 1 + 200 + 200 * 200
    for tree in ({"*": {**keys, "more": dict(keys)}, **siblings}, {"*": {"*": keys, **siblings}, **siblings}):
        with pytest.raises(TooManyValuesError):
            layered({"n": tree})
    assert MOST_VALUES == 50_000


def test_star_without_siblings_leaves_an_empty_table() -> None:
    assert layered({"n": {"*": {"disk": 50}}}).tree == {"n": {}}


def test_origins_name_the_layer_in_force_first_and_then_those_it_covers() -> None:
    tree = layered({"a": 1}, {}, {"a": 2}, {"a": 3})
    kinds = [origin.kind for origin in tree.origins(("a",))]
    assert kinds == [LayerKind.ENVIRONMENT, LayerKind.PROJECT, LayerKind.DEFAULTS]


def test_a_named_table_goes_before_the_star_of_a_higher_layer() -> None:
    tree = layered({"n": {"x": {"disk": 1}}}, {"n": {"*": {"disk": 2}}})
    assert tree.tree == {"n": {"x": {"disk": 1}}}
    keys = [origin.key for origin in tree.origins(("n", "x", "disk"))]
    assert keys == [("n", "x", "disk"), ("n", "*", "disk")]


def test_a_key_of_a_list_that_was_replaced_has_no_origin() -> None:
    assert layered({"a": [1, 2]}, {"a": [3]}).origins(("a", 1)) == ()


def test_the_lowest_layer_decides_whether_a_key_is_a_table() -> None:
    tree = layered({"a": {"b": 1}, "c": 1}, {"a": 2, "c": {"d": 1}}, {"a": {"b": 3}})
    assert tree.tree == {"a": {"b": 3}, "c": 1}
    found = [(c.key, c.upper.kind, c.lower.kind) for c in tree.conflicts]
    assert sorted(found) == [
        (("a",), LayerKind.PROJECT, LayerKind.TIER),
        (("c",), LayerKind.PROJECT, LayerKind.TIER),
    ]


@given(st.lists(_TREES, min_size=1, max_size=4))
def test_without_conflicts_every_merged_key_has_an_origin_with_its_value(trees: list[dict[str, Any]]) -> None:
    tree = layered(*trees)
    if tree.conflicts:
        return
    by_path = {layer.source.path: layer.tree for layer in tree.layers}
    for key in paths(tree.tree):
        first, *_ = tree.origins(key)
        value = at(tree.tree, key)
        if not isinstance(value, dict):
            assert at(by_path[first.path], first.key) == value


@given(st.lists(_TREES, min_size=1, max_size=4))
def test_merging_changes_none_of_the_layers(trees: list[dict[str, Any]]) -> None:
    before = repr(trees)
    layered(*trees)
    assert repr(trees) == before
