"""Traced values: keys follow every operation, and no operation drops them."""

import pytest

from ddms_compile.provenance.traced import Traced, constant, derive, keys_of, text

CIDR = Traced("10.0.0.0/16", frozenset({"network.cidr"}))
ZONES = Traced(3, frozenset({"network.zones"}))


def test_a_derived_value_has_the_keys_of_all_arguments() -> None:
    assert derive(lambda cidr, zones, plain: (cidr, zones, plain), CIDR, ZONES, 1) == Traced(
        ("10.0.0.0/16", 3, 1), frozenset({"network.cidr", "network.zones"})
    )


def test_a_formatted_text_has_the_keys_of_its_parts() -> None:
    assert text("{} in {}", CIDR, "eu-west-1") == Traced("10.0.0.0/16 in eu-west-1", CIDR.keys)


def test_map_keeps_the_keys_and_because_adds_some() -> None:
    assert CIDR.map(len).because({"project.name"}) == Traced(11, frozenset({"network.cidr", "project.name"}))


def test_a_constant_has_no_keys() -> None:
    assert constant(1).keys == frozenset() == keys_of([1, "a"])


def test_a_use_that_would_drop_the_keys_is_an_error() -> None:
    """A traced value is neither a string nor a condition."""
    with pytest.raises(TypeError, match="lose its trace"):
        f"{CIDR}"
    with pytest.raises(TypeError, match="lose its trace"):
        str(CIDR)
    with pytest.raises(TypeError, match="lose its trace"):
        bool(ZONES)
