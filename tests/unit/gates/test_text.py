"""The gate of plain text: each line is a leaf with its keys."""

from ddms_compile.gates.text import Line, filled, text_artifact
from ddms_compile.provenance.traced import Traced

NAME = Traced("ddms", frozenset({"project.name"}))


def test_each_line_has_the_keys_of_the_parts_in_it() -> None:
    artifact = text_artifact(
        "generated/x",
        filled("# @NAME@\nplain\n@NAME@-@TAG@\n", name=NAME, tag=Traced("1", frozenset({"tag"}))),
        construct="c",
        environment=None,
        emitter="test",
    )
    assert artifact.text == "# ddms\nplain\nddms-1\n"
    assert {leaf: set(origin.keys) for leaf, origin in artifact.origins.items()} == {
        "L1": {"project.name"},
        "L2": set(),
        "L3": {"project.name", "tag"},
    }


def test_a_part_of_several_lines_is_several_leaves() -> None:
    lines: list[Line] = [Traced("a\nb", NAME.keys), "c"]
    artifact = text_artifact("generated/x", lines, construct="c", environment=None, emitter="test")
    assert artifact.text == "a\nb\nc\n"
    assert [set(origin.keys) for origin in artifact.origins.values()] == [{"project.name"}, {"project.name"}, set()]
