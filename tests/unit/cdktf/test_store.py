"""A damaged cache repairs itself, one that cannot be used is done without, two builds at once both succeed."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bindings.running import result, run, start


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    cache = tmp_path_factory.mktemp("good") / "cache"
    run(cache)
    return cache


def _entry(cache: Path) -> Path:
    (entry,) = (path for path in (cache / "bindings").iterdir() if not path.name.startswith("."))
    return entry


def _truncate(cache: Path) -> None:
    path = _entry(cache) / "assemblies" / "2.tgz"
    path.write_bytes(path.read_bytes()[:1000])


def _corrupt(cache: Path) -> None:
    path = _entry(cache) / "python" / "cdktf"
    content = bytearray(path.read_bytes())
    content[5000:5100] = bytes(100)
    path.write_bytes(content)


def _delete_some(cache: Path) -> None:
    shutil.rmtree(_entry(cache) / "node_modules" / "cdktf")


def _break_manifest(cache: Path) -> None:
    (_entry(cache) / "manifest.json").write_text('["x", "{}"]')


def _empty_folder(cache: Path) -> None:
    entry = _entry(cache)
    shutil.rmtree(entry)
    entry.mkdir()


def _file_instead(cache: Path) -> None:
    entry = _entry(cache)
    shutil.rmtree(entry)
    entry.write_text("")


@pytest.mark.parametrize("damage", [_truncate, _corrupt, _delete_some, _break_manifest, _empty_folder, _file_instead])
def test_damage_is_found_and_repaired(good: Path, tmp_path: Path, damage: Callable[[Path], None]) -> None:
    """Whatever happened to the folder, the next run is right, slim, and leaves a cache that is whole."""
    cache = tmp_path / "cache"
    shutil.copytree(good, cache)
    damage(cache)
    tree, said = run(cache)
    assert "building the bindings" in said
    assert tree["mode"] == "slim"
    again, silence = run(cache)
    assert (again, silence) == (tree, "")


def test_a_copied_cache_is_good(good: Path, tmp_path: Path) -> None:
    """A file with another time but the same content is no damage, and a folder may move."""
    shutil.copytree(good, tmp_path / "cache", copy_function=shutil.copy)
    assert run(tmp_path / "cache")[1] == ""


def test_two_processes_at_once_on_an_empty_cache_both_succeed(tmp_path: Path) -> None:
    """Neither waits for nor breaks the other, and one folder is left."""
    cache = tmp_path / "cache"
    first, second = start(cache), start(cache)
    (one, said), (two, also) = result(first), result(second)
    assert one == two
    assert one["mode"] == "slim"
    assert "warning" not in said + also
    assert [path.name for path in (cache / "bindings").iterdir()] == [_entry(cache).name]


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    """A temporary folder stands in, and is gone afterwards."""
    (tmp_path / "cache").write_text("a file, not a folder")
    tree, said = run(tmp_path / "cache")
    assert tree["mode"] == "slim"
    assert "warning" not in said
    assert list((tmp_path / "tmp").iterdir()) == []
