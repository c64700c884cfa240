"""Origins: each leaf of a tree has a stable path and the keys above and in it."""

from ddms_compile.provenance.commented import Commented
from ddms_compile.provenance.origins import labels, origins
from ddms_compile.provenance.traced import Traced
from ddms_compile.tree import CommentedTree

ZONES, NAME = frozenset({"network.zones"}), frozenset({"project.name"})


def test_a_leaf_has_the_keys_of_everything_around_it() -> None:
    tree: CommentedTree = {"subnets": Traced([{"name": "a", "tags": {"project": Traced("ddms", NAME)}}], ZONES)}
    assert {path: origin.keys for path, origin in origins(tree, "network")} == {
        'subnets["a"].name': ZONES,
        'subnets["a"].tags.project': ZONES | NAME,
    }


def test_an_empty_table_is_a_leaf_and_none_is_absent() -> None:
    found = dict(origins({"tags": {}, "list": [], "absent": None, "step": Commented("checkout@1", "v1")}, "c"))
    assert {path: origin.value for path, origin in found.items()} == {"tags": {}, "list": [], "step": "checkout@1"}
    assert {origin.construct for origin in found.values()} == {"c"}


def test_elements_are_labeled_by_name_only_when_all_names_differ() -> None:
    assert labels([{"name": "x"}, {"name": Traced("y", NAME)}]) == ['"x"', '"y"']
    assert labels([{"name": "x"}, {"name": "x"}]) == labels([{"name": "x"}, {}]) == ["0", "1"]
    assert labels([{"name": "x", "sid": "A"}, {"name": "x", "sid": "B"}]) == ['"A"', '"B"']
