"""Owned paths: inside `generated/`, or the workflow, and valid on every file system."""

import pytest

from ddms_compile.write.paths import MANIFEST, collisions, parents, problem


@pytest.mark.parametrize("path", ["generated/a/b.json", ".github/workflows/ci-cd.yml"])
def test_a_build_may_own_generated_files_and_the_workflow(path: str) -> None:
    assert problem(path) is None


@pytest.mark.parametrize(
    "path",
    ["", "/etc/passwd", "C:/x", "generated/../ddms.toml", "generated//a", "generated\\a", "generated/a\n", "ddms.toml",
     ".github/workflows/other.yml", MANIFEST],
)  # fmt: skip
def test_a_build_may_own_nothing_else(path: str) -> None:
    assert problem(path) is not None


def test_paths_that_one_file_system_cannot_hold_collide() -> None:
    assert collisions(["generated/A", "generated/a"]) == (("generated/A", "generated/a"),)
    assert collisions(["generated/\u00e9", "generated/e\u0301"]) != ()
    assert collisions(["generated/a", "generated/a/b"]) == (("generated/a", "generated/a/b"),)
    assert collisions(["generated/a/b", "generated/a/c"]) == ()
    assert parents("a/b/c") == ("a", "a/b")
