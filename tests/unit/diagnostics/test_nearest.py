"""The name somebody meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddms_compile.diagnostics.nearest import nearest

KEYS = ["cidr", "zones", "nat", "subnets", "gateway_endpoints", "flow_logs", "instance_class"]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("cdir", "cidr"),
        ("zone", "zones"),
        ("Zones", "zones"),
        ("flow-logs", "flow_logs"),
        ("gateway_endpoint", "gateway_endpoints"),
        ("instance", "instance_class"),
        ("postgres", None),
        ("x", None),
        ("", None),
    ],
)
def test_slips_are_recognised_and_other_words_are_not(word: str, meant: str | None) -> None:
    assert nearest(word, KEYS) == meant


def test_a_common_beginning_counts_only_when_there_is_one_such_name() -> None:
    assert nearest("instance", ["instance_class", "instance_types"]) is None


@given(st.text(max_size=6), st.permutations(KEYS))
def test_the_order_of_candidates_does_not_matter(word: str, keys: list[str]) -> None:
    assert nearest(word, keys) == nearest(word, KEYS)


@given(st.text(max_size=6), st.lists(st.text(max_size=6)))
def test_the_answer_is_another_one_of_the_candidates(word: str, candidates: list[str]) -> None:
    answer = nearest(word, candidates)
    assert answer is None or (answer in candidates and answer != word)
