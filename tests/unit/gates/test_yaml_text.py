import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from ddms_compile.gates.yaml_text import to_yaml
from ddms_compile.tree import Tree

TRAPS = [
    "no",
    "Off",
    "~",
    "null",
    "1e3",
    "0o7",
    "007",
    "1_000",
    "12:30:45",
    "2026-01-01",
    ".5",
    "=",
    "<<",
    "- a",
    "a: b",
]
TRAPS += ["", " ", "a ", " a", "a #b", "#a", "&a", "*a", "!a", "{a}", "[a]", "'", '"', "\\", "%a", "@a", "`a", "|", ">"]
TRAPS += [
    "a\nb\n",
    "a\nb",
    "\na\n",
    "a\n\n",
    "a\tb\n",
    "a \nb\n",
    "\u2028",
    "\x85",
    "\ufeff",
    "\x00",
    "\x7f",
    "😀",
    "é\n\n",
]
TRAPS += [
    "${{ x }}",
    "{{ x }}",
    "---",
    "...",
    "y",
    "+1",
    "0x1F",
    "1.",
    "-",
    "?",
    "a:\n  b\n",
    "# a\n# b\n",
    ".inf",
    "-.nan",
]

texts = st.one_of(st.sampled_from(TRAPS), st.text(st.characters(exclude_categories=["Cs"])))
numbers = st.one_of(st.integers(-(10**12), 10**12), st.floats(allow_nan=False, allow_infinity=False))
leaves = st.one_of(texts, numbers, st.booleans(), st.none())
trees = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4), max_leaves=25
)


def read(text: str, version: tuple[int, int]) -> Tree:
    yaml = YAML(typ="safe", pure=True)
    yaml.version = version
    tree: Tree = yaml.load(text)
    return tree


@pytest.mark.parametrize("version", [(1, 1), (1, 2)])
@given(trees)
def test_what_is_written_is_read_back(version: tuple[int, int], tree: Tree) -> None:
    """Any plain data, whatever its strings look like, come back the same from readers of both versions of YAML."""
    back = read(to_yaml(tree), version)
    assert back == tree
    assert shape(back) == shape(tree)


def shape(tree: Tree) -> object:
    """The types, which `==` does not tell apart: 1, 1.0 and True are equal."""
    if isinstance(tree, dict):
        return {key: shape(value) for key, value in tree.items()}
    return [shape(item) for item in tree] if isinstance(tree, list) else type(tree)


def test_it_looks_as_a_person_would_write_it() -> None:
    """Blocks, bare words, quotes only where they matter."""
    tree: Tree = {
        "a": {"b": ["x", {"c": 1, "d": [True, None]}, ["z"]]},
        "e": {},
        "f": [],
        "g": "100m",
        "h": "one\ntwo\n",
    }
    assert to_yaml(tree) == (
        'a:\n  b:\n    - x\n    - c: 1\n      d:\n        - true\n        - null\n    - - z\ne: {}\nf: []\ng: "100m"\n'
        "h: |\n  one\n  two\n"
    )


@pytest.mark.parametrize("value", [math.inf, math.nan])
def test_numbers_without_a_value_are_refused(value: float) -> None:
    """Infinity is written in as many ways as there are readers."""
    with pytest.raises(ValueError, match="finite"):
        to_yaml({"a": value})


def test_what_is_not_plain_data_is_refused() -> None:
    """A type that slipped through is a bug of ours, not a string."""
    with pytest.raises(TypeError, match="set"):
        to_yaml({"a": {1, 2}})  # type: ignore[dict-item]
