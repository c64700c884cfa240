"""Key paths: text and key are two forms of the same address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddms_compile.diagnostics.keys import Key, dotted, parse_key

KEYS = st.tuples(st.text(min_size=1)).flatmap(
    lambda first: st.lists(st.text(min_size=1) | st.integers(min_value=0)).map(lambda rest: (*first, *rest))
)


@given(key=KEYS)
def test_a_dotted_key_parses_to_the_key(key: Key) -> None:
    """`parse_key` is the inverse of `dotted`, for any name of a table and any index."""
    assert parse_key(dotted(key)) == key


@pytest.mark.parametrize(
    ("key", "text"),
    [
        (("network", "cidr"), "network.cidr"),
        (("cluster", "nodes", "general", "taints", 0, "key"), "cluster.nodes.general.taints[0].key"),
        (("a", "b c", "d.e"), 'a."b c"."d.e"'),
    ],
)
def test_names_that_toml_quotes_are_quoted(key: Key, text: str) -> None:
    assert dotted(key) == text


@pytest.mark.parametrize("text", [".a", "[0]", "a[", 'a."b', "a[x]"])
def test_a_text_that_is_no_key_path_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a key path"):
        parse_key(text)
