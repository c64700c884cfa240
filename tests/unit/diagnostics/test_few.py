"""Of many a few are shown, and none is lost in the count."""

from hypothesis import given
from hypothesis import strategies as st

from ddms_compile.diagnostics.few import few


@given(st.lists(st.integers(0, 5)), st.integers(1, 4), st.integers(1, 8))
def test_every_item_is_shown_or_counted_once(items: list[int], each: int, total: int) -> None:
    """The shown ones and those that they stand for are all of them; no kind and no total goes beyond its limit."""
    kept = few(items, lambda item: item, each=each, total=total)
    assert sum(1 + others for _, others in kept) == len(items)
    assert len(kept) <= total
    assert all([item for item, _ in kept].count(kind) <= each for kind in range(6))
    assert len(items) > total or set(items) == {item for item, _ in kept}


def test_the_others_are_counted_at_the_last_of_their_kind() -> None:
    """In the order in which they came."""
    assert few("abababc", str, each=2, total=9) == [("a", 0), ("b", 0), ("a", 1), ("b", 1), ("c", 0)]
