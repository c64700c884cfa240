"""Trees of plain data: looking into them, and that their types are used."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddms_compile.tree import Tree, at, depth

TREES = st.recursive(
    st.one_of(st.integers(0, 3), st.text("ab", max_size=2), st.booleans()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)
STEPS = st.one_of(st.sampled_from("abc"), st.integers(-1, 3))


def parts(tree: Tree, above: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Tree]]:
    """Every part of a tree with its key."""
    yield above, tree
    if isinstance(tree, dict):
        for name, item in tree.items():
            yield from parts(item, (*above, name))
    elif isinstance(tree, list):
        for index, item in enumerate(tree):
            yield from parts(item, (*above, index))


@given(TREES)
def test_every_part_is_found_at_its_key(tree: Tree) -> None:
    """Both follow a key to its end."""
    for key, part in parts(tree):
        assert at(tree, key) is part
        assert depth(tree, key) == len(key)


@given(TREES, st.lists(STEPS, max_size=4))
def test_a_key_ends_where_the_tree_does(tree: Tree, key: list[str | int]) -> None:
    """A tree has exactly the first `depth` steps; at a key with more there is nothing."""
    known = {found for found, _ in parts(tree)}
    length = depth(tree, key)
    assert tuple(key[:length]) in known
    assert length == len(key) or tuple(key[: length + 1]) not in known
    assert length == len(key) or at(tree, key) is None


@pytest.mark.parametrize("key", [("a", 0), (0,), ("a", "b"), ("l", -1), ("l", 2), ("l", "0")])
def test_what_has_no_such_part_gives_nothing(key: tuple[str | int, ...]) -> None:
    """A text is no list, a list has no names, and no step counts from the end."""
    assert at({"a": "text", "l": [1, 2]}, key) is None


UNTYPED = {
    "cdktf/assembly.py": "the JSON of jsii's assemblies",
    "cdktf/kernel.py": "messages of jsii's kernel, which has no types",
    "cdktf/load.py": "classes of CDKTF, which are generated without types",
    "cdktf/synthesis.py": "a construct of CDKTF",
    "disk/reader.py": "a document of a shape that is given as a value",
    "kubernetes/chart/files.py": "JSON Schema, which pydantic gives untyped",
    "kubernetes/helm/child.py": "the library of Helm, loaded by its name",
    "kubernetes/helm/engine.py": "the same, and objects of any kind that Kubernetes has",
    "provenance/reading.py": "entries of a table whose type the query states",
    "terraform/stack.py": "constructs of CDKTF",
    "tree.py": "`Document`",
    "validate/shape.py": "annotations of models",
}
"""Where the source says `Any`, and why: everything else has a type."""


def test_only_what_others_leave_untyped_is_any() -> None:
    """A module that needs `Any` states the reason above; one that no longer does loses its line."""
    package = Path(__file__).parents[2] / "src/ddms_compile"
    found = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Name) and node.id == "Any"
    }
    assert found == set(UNTYPED)
