"""One value in the text of a TOML file changes, and nothing else."""

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddms_compile.diagnostics import Key
from ddms_compile.scaffold.edit import CannotEditError, with_value

FORMS = (
    '[network]\ncidr = "10.0.0.0/16" # ours\nzones = 2\n',
    '# the VPC\nnetwork = { cidr = "10.0.0.0/16", zones = 2 }\n',
    'network.cidr = "10.0.0.0/16"\nnetwork.zones = 2\n',
    "[network]\nzones = 2\n",
    "network = { zones = 2 }\n",
    "network = {}\n",
    "network.zones = 2\n",
    "[network.flow_logs]\nenabled = true\n",
    'tier = "staging"\n',
    "",
    '"network" = { "cidr" = """\n10.0.0.0/16""" }\n',
    "[network]\r\nzones = 2\r\n",
)


@pytest.mark.parametrize("text", FORMS)
def test_a_key_is_set_however_the_table_is_written(text: str) -> None:
    """The tree has the new value and is otherwise the old one; comments stay."""
    changed = with_value(text, ("network", "cidr"), "10.9.0.0/16")
    wanted = tomllib.loads(text)
    wanted.setdefault("network", {})["cidr"] = "10.9.0.0/16"
    assert tomllib.loads(changed) == wanted
    assert changed.count("#") == text.count("#")


NAMES = st.sampled_from(["a", "b", "c-d", "e f", "é", ""])
LEAVES = st.one_of(
    st.integers(0, 9),
    st.booleans(),
    st.text(st.characters(exclude_categories=["C"]), max_size=5),
    st.lists(st.integers(0, 9), max_size=3),
)
TREES = st.recursive(
    st.dictionaries(NAMES, LEAVES, max_size=3), lambda inner: st.dictionaries(NAMES, LEAVES | inner, max_size=3)
)


@given(tree=TREES, key=st.lists(NAMES, min_size=1, max_size=3).map(tuple), value=LEAVES)
def test_only_the_key_changes(tree: dict[str, Any], key: Key, value: Any) -> None:
    """In any document, the new tree differs from the old one at the key alone, or the edit is refused."""
    text = "".join(f"{line}\n" for line in _toml(tree))
    wanted = tomllib.loads(text)
    try:
        changed = tomllib.loads(with_value(text, key, value))
    except CannotEditError:
        return
    table = wanted
    for step in key[:-1]:
        below = table.get(str(step))
        table[str(step)] = table = below if isinstance(below, dict) else {}
    table[str(key[-1])] = value
    assert changed == wanted


def _toml(tree: dict[str, Any], above: tuple[str, ...] = ()) -> list[str]:
    import json

    def name(step: str) -> str:
        return json.dumps(step, ensure_ascii=False)

    lines = [
        f"{name(key)} = {json.dumps(value, ensure_ascii=False)}"
        for key, value in tree.items()
        if not isinstance(value, dict)
    ]
    for key, value in tree.items():
        if isinstance(value, dict):
            path = (*above, key)
            lines += [f"[{'.'.join(map(name, path))}]", *_toml(value, path)]
    return lines
