"""Laws of writing, for random trees."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from ddms_compile.write import plan
from ddms_compile.write.paths import collisions
from write.scene import artifacts, build, tree

_names = st.sampled_from(["a", "b", "c", "d.json", "ü"])
_paths = st.lists(_names, min_size=1, max_size=3).map(lambda steps: "generated/" + "/".join(steps))
_texts = st.sampled_from(["", "x", "x\n", "ü\u2028\n", "long\n" * 50])
_trees = st.dictionaries(_paths, _texts, max_size=6).filter(lambda files: not collisions(files))


@settings(max_examples=60, deadline=None)
@given(old=_trees, new=_trees, foreign=_trees)
def test_a_build_owns_exactly_its_files(old: dict[str, str], new: dict[str, str], foreign: dict[str, str]) -> None:
    """After a build the tree is the artifacts and the foreign files; a second build changes nothing."""
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory)
        build(root, old)
        theirs = {f"generated/theirs/{path}": text for path, text in foreign.items()}
        for path, text in theirs.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(text.encode())
        build(root, new)
        found = tree(root)
        found.pop("generated/manifest.json")
        assert found == {**new, **theirs}
        assert plan(root, artifacts(new), environments=None, force=False).empty
        empty = [p for p in (root / "generated").rglob("*") if p.is_dir() and not any(p.iterdir())]
        assert empty == []
