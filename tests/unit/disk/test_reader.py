"""The reader of state files gives what was asked for, or says that the file is damaged."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddms_compile.disk.reader import DEEPEST, Damaged, fits, parse_json, read_json
from ddms_compile.tree import Tree

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(0, 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(PLAIN)
def test_what_was_written_is_read(document: object) -> None:
    """Any plain data that is not nested beyond reason comes back."""
    assert parse_json(json.dumps(document).encode()) == document


@given(st.binary())
def test_any_bytes_are_data_or_damaged(data: bytes) -> None:
    """Nothing else is ever raised."""
    with suppress(Damaged):
        parse_json(data)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[" * 200_000, "it is nested too deeply"),
        ("[" * (DEEPEST + 1) + "]" * (DEEPEST + 1), "it is nested too deeply"),
        ('{"a": 1, "a": 1}', "it contains a duplicate key"),
        ('[{"a": 1, "b": {"c": 1, "c": 2}}]', "it contains a duplicate key"),
        ("[NaN]", "it contains a number that JSON does not allow"),
        ("[-Infinity]", "it contains a number that JSON does not allow"),
        ("[1e999]", "it contains a number that JSON does not allow"),
        ("[" + "9" * 10_000 + "]", "it is not JSON"),
        ('["\\ud800"]', "it contains an unpaired surrogate"),
        ('{"\\uDFFF": 1}', "it contains an unpaired surrogate"),
        ("", "it is not JSON"),
        ("{", "it is not JSON"),
        ("\x00", "it is not JSON"),
    ],
)
def test_the_reason_is_told(text: str, reason: str) -> None:
    """In words for a message."""
    with pytest.raises(Damaged) as caught:
        parse_json(text.encode())
    assert str(caught.value) == reason


def test_a_character_beyond_the_first_plane_is_whole() -> None:
    """JSON writes it as two halves."""
    assert parse_json(b'["\\ud83d\\ude00"]') == ["\U0001f600"]


@pytest.mark.parametrize(
    ("value", "shape", "fitting"),
    [
        (1, int, True),
        (True, int, False),
        (-1, int, False),
        (2**63, int, False),
        (1.0, int, False),
        ("x", str, True),
        (None, None, True),
        (None, (str, None), True),
        (1, (str, None), False),
        ([], [str], True),
        (["a", 1], [str], False),
        ({}, [str], False),
        ({"a": 1}, {str: int}, True),
        ({"a": "1"}, {str: int}, False),
        ({"a": 1}, {"a": int}, True),
        ({"a": 1, "b": 1}, {"a": int}, False),
        ({}, {"a": int}, False),
        ([], {"a": int}, False),
        ([1, None, {}], [object], True),
    ],
)
def test_a_shape_is_what_it_says(value: Tree, shape: object, fitting: bool) -> None:
    """No more and no less."""
    assert fits(value, shape) is fitting
    if fitting:
        assert read_json(json.dumps(value).encode(), shape) == value
    else:
        with pytest.raises(Damaged):
            read_json(json.dumps(value).encode(), shape)
