"""What a plan finds, and what it refuses."""

from pathlib import Path

import pytest

from ddms_compile.diagnostics import DiagnosticError
from ddms_compile.write import plan, read_manifest, render_manifest
from ddms_compile.write.manifest import OwnedFile
from ddms_compile.write.tree import digest
from write.scene import artifacts, build, put, tree

A = "generated/prod/a.json"
B = "generated/prod/deep/b.json"
STAGING = "generated/staging/a.json"
WORKFLOW = ".github/workflows/ci-cd.yml"
MANIFEST = "generated/manifest.json"


def codes(root: Path, files: dict[str, str], *, force: bool = False) -> list[str]:
    found = plan(root, artifacts(files), environments=None, force=force).conflicts
    return [f"{diagnostic.code} {diagnostic.message}" for diagnostic in found]


def refused(root: Path, files: dict[str, str], *, force: bool = False) -> str:
    """The one diagnostic with which building is refused; the tree stays as it is."""
    before = tree(root)
    with pytest.raises(DiagnosticError) as caught:
        build(root, files, force=force)
    assert tree(root) == before
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.help
    return f"{diagnostic.code} {diagnostic.message}"


def test_plan_sorts_files_into_create_update_delete_and_unchanged(tmp_path: Path) -> None:
    """Every path is in exactly one of the four lists."""
    build(tmp_path, {A: "1", B: "1", STAGING: "1"})
    found = plan(tmp_path, artifacts({A: "1", B: "2", WORKFLOW: "w"}), environments=None, force=False)
    assert found.create == (WORKFLOW,)
    assert found.update == (B,)
    assert found.delete == (STAGING,)
    assert found.unchanged == (A,)
    assert found.conflicts == ()


def test_planning_writes_nothing(tmp_path: Path) -> None:
    """A plan only reads."""
    plan(tmp_path, artifacts({A: "1"}), environments=None, force=False)
    assert list(tmp_path.iterdir()) == []


def test_after_a_build_the_same_plan_is_empty(tmp_path: Path) -> None:
    """Applying a plan twice changes nothing."""
    build(tmp_path, {A: "1", WORKFLOW: "w"})
    assert plan(tmp_path, artifacts({A: "1", WORKFLOW: "w"}), environments=None, force=False).empty


@pytest.mark.parametrize("environment", [None, "nobody", "staging"])
def test_the_manifest_alone_makes_no_file_another_environments(tmp_path: Path, environment: str | None) -> None:
    """A forged entry cannot keep a file in the folder of the environment that is built."""
    build(tmp_path, {A: "1"})
    put(tmp_path, {B: "{}"})
    forged = {**read_manifest(tmp_path), B: OwnedFile(sha256=digest(b"{}"), environment=environment, emitter="x")}
    put(tmp_path, {MANIFEST: render_manifest(forged)})
    found = plan(tmp_path, artifacts({A: "1"}), environments=frozenset({"prod"}), force=False)
    assert found.delete == (B,)


def test_building_one_environment_leaves_the_others(tmp_path: Path) -> None:
    """Files of environments that were not asked for are neither deleted nor forgotten."""
    build(tmp_path, {A: "1", B: "1", STAGING: "1"})
    build(tmp_path, {A: "2"}, environments=["prod"])
    assert {path: text for path, text in tree(tmp_path).items() if path != MANIFEST} == {A: "2", STAGING: "1"}
    assert sorted(read_manifest(tmp_path)) == [A, STAGING]


def test_files_of_an_environment_that_is_gone_go_with_it(tmp_path: Path) -> None:
    """Deleting environments/x.toml removes its files, its empty directories and nothing else."""
    build(tmp_path, {A: "1", STAGING: "1", "generated/staging/deep/c": "1"})
    put(tmp_path, {"generated/staging/.terraform/lock": "theirs"})
    build(tmp_path, {A: "1"})
    assert sorted(tree(tmp_path)) == [MANIFEST, A, "generated/staging/.terraform/lock"]
    assert not (tmp_path / "generated/staging/deep").exists()


def test_a_hand_edited_file_stops_the_build(tmp_path: Path) -> None:
    """An edit is named, and nothing is written."""
    build(tmp_path, {A: "1", B: "1"})
    put(tmp_path, {A: "mine"})
    assert refused(tmp_path, {A: "2", B: "2"}) == f"DDMS501 {A} was edited by hand"


def test_force_overwrites_a_hand_edit(tmp_path: Path) -> None:
    """--force is the way to give an edit up."""
    build(tmp_path, {A: "1"})
    put(tmp_path, {A: "mine"})
    build(tmp_path, {A: "2"}, force=True)
    assert tree(tmp_path)[A] == "2"


def test_a_hand_edited_leftover_is_not_deleted(tmp_path: Path) -> None:
    """A file that no emitter makes any more is deleted only while it is what we wrote."""
    build(tmp_path, {A: "1", B: "1"})
    put(tmp_path, {B: "mine"})
    assert refused(tmp_path, {A: "1"}) == f"DDMS501 {B} was edited by hand"


def test_an_edit_that_equals_the_new_output_is_no_conflict(tmp_path: Path) -> None:
    """Nothing would be lost, so nothing is said."""
    build(tmp_path, {A: "1"})
    put(tmp_path, {A: "2"})
    build(tmp_path, {A: "2"})
    assert plan(tmp_path, artifacts({A: "2"}), environments=None, force=False).empty


def test_a_deleted_generated_file_comes_back(tmp_path: Path) -> None:
    """Deleting a generated file by hand loses nothing."""
    build(tmp_path, {A: "1"})
    (tmp_path / A).unlink()
    build(tmp_path, {A: "1"})
    assert tree(tmp_path)[A] == "1"


@pytest.mark.parametrize("force", [False, True])
def test_a_foreign_file_is_never_overwritten(tmp_path: Path, force: bool) -> None:
    """What we did not make stays, --force or not."""
    put(tmp_path, {WORKFLOW: "theirs"})
    message = refused(tmp_path, {WORKFLOW: "ours"}, force=force)
    assert message == f"DDMS502 {WORKFLOW} is occupied: a file that is not in the manifest"


def test_a_foreign_file_with_the_right_content_is_adopted(tmp_path: Path) -> None:
    """Owning it changes no byte of it."""
    put(tmp_path, {A: "same"})
    build(tmp_path, {A: "same"})
    assert list(read_manifest(tmp_path)) == [A]


def test_generated_as_a_file_is_in_the_way(tmp_path: Path) -> None:
    """A file where a directory is expected is named once, however many files it blocks."""
    put(tmp_path, {"generated": "a file"})
    message = refused(tmp_path, {A: "1", B: "1"})
    assert message == "DDMS502 generated is occupied: a file, where a directory is expected"


def test_a_directory_where_a_file_must_go_is_in_the_way(tmp_path: Path) -> None:
    """A directory with foreign files stays."""
    put(tmp_path, {f"{A}/theirs": "x"})
    assert refused(tmp_path, {A: "1"}) == f"DDMS502 {A} is occupied: a directory, where a file is expected"


def test_an_empty_directory_of_somebody_else_stays(tmp_path: Path) -> None:
    """A directory is cleared for a file only when everything in it was ours."""
    build(tmp_path, {"generated/y/z": "deep"})
    (tmp_path / "generated/y/theirs").mkdir()
    message = refused(tmp_path, {"generated/y": "file"})
    assert message == "DDMS502 generated/y is occupied: a directory, where a file is expected"


def test_a_link_out_of_the_project_is_refused(tmp_path: Path) -> None:
    """Nothing is ever written through a symbolic link."""
    root, outside = tmp_path / "project", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (root / "generated").symlink_to(outside)
    message = refused(root, {A: "1"})
    assert message == "DDMS502 generated is occupied: a symbolic link, where a directory is expected"
    assert list(outside.iterdir()) == []


def test_a_link_in_place_of_a_file_is_refused(tmp_path: Path) -> None:
    """Neither the link nor what it points to is ours."""
    put(tmp_path, {"precious": "x"})
    (tmp_path / "generated/prod").mkdir(parents=True)
    (tmp_path / A).symlink_to(tmp_path / "precious")
    assert refused(tmp_path, {A: "1"}) == f"DDMS502 {A} is occupied: a symbolic link"


def test_a_leftover_that_became_a_link_is_left_alone(tmp_path: Path) -> None:
    """What replaced our file is not ours to delete."""
    build(tmp_path, {A: "1", B: "1"})
    put(tmp_path, {"precious": "x"})
    (tmp_path / B).unlink()
    (tmp_path / B).symlink_to(tmp_path / "precious")
    build(tmp_path, {A: "1"})
    assert (tmp_path / B).is_symlink()
    assert tree(tmp_path)["precious"] == "x"


def test_files_and_directories_may_trade_places(tmp_path: Path) -> None:
    """A file of ours makes room for a directory of ours, and the reverse."""
    build(tmp_path, {"generated/x": "file", "generated/y/z": "deep"})
    build(tmp_path, {"generated/x/z": "deep", "generated/y": "file"})
    assert {p: t for p, t in tree(tmp_path).items() if p != MANIFEST} == {
        "generated/x/z": "deep",
        "generated/y": "file",
    }


@pytest.mark.parametrize(
    "pair",
    [
        ("generated/prod/A", "generated/prod/a"),
        ("generated/Prod/a", "generated/prod/a"),
        ("generated/a", "generated/a/b"),
    ],
)
def test_paths_that_cannot_both_exist_are_refused(tmp_path: Path, pair: tuple[str, str]) -> None:
    """Names that differ only in case would overwrite each other on macOS and Windows."""
    assert codes(tmp_path, dict.fromkeys(pair, "x")) == [f"DDMS507 {pair[0]} and {pair[1]} cannot both be written"]


@pytest.mark.parametrize("path", ["/etc/x", "generated/../x", "ddms.toml", "generated//x", "generated/a\\b", MANIFEST])
def test_an_emitter_cannot_write_elsewhere(tmp_path: Path, path: str) -> None:
    """A path outside what we own is a bug of ours, not a mistake of the user."""
    with pytest.raises(ValueError, match="generated"):
        plan(tmp_path, artifacts({path: "x"}), environments=None, force=False)


def test_a_merge_conflict_in_the_manifest_is_named(tmp_path: Path) -> None:
    """Conflict markers are recognised, and --force starts anew without touching foreign files."""
    build(tmp_path, {A: "1"})
    text = (tmp_path / MANIFEST).read_text()
    put(tmp_path, {MANIFEST: f"<<<<<<< ours\n{text}=======\n{text}>>>>>>> theirs\n", "generated/prod/mine": "x"})
    assert refused(tmp_path, {A: "2"}) == f"DDMS506 {MANIFEST} is invalid: it contains merge conflict markers"
    build(tmp_path, {A: "2"}, force=True)
    assert tree(tmp_path)[A] == "2"
    assert tree(tmp_path)["generated/prod/mine"] == "x"


def test_force_does_not_forget_other_environments(tmp_path: Path) -> None:
    """A manifest can be made anew only by a build of everything."""
    build(tmp_path, {A: "1", STAGING: "1"})
    put(tmp_path, {MANIFEST: "{"})
    with pytest.raises(DiagnosticError):
        build(tmp_path, {A: "1"}, environments=["prod"], force=True)


def listing(path: str) -> str:
    """A manifest with one entry."""
    entry = '{"emitter": "x", "environment": null, "sha256": "' + "0" * 64 + '"}'
    return '{"files": {' + path + ": " + entry + '}, "version": 1}'


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "it is not JSON"),
        ("[]", "it has no table of files"),
        ("[" * 100_000, "it is nested too deeply"),
        ('{"files": {}, "version": 99}', "it was written by another version of ddms-compile"),
        ('{"files": {"generated/a": {}}, "version": 1}', 'its entry of "generated/a" is malformed'),
        (
            listing('"../../x"'),
            'it lists "../../x", and it has an empty, `.` or `..` step',
        ),
        (listing('"/etc/x"'), 'it lists "/etc/x", and it is not a relative path'),
        (listing('"ddms.toml"'), 'it lists "ddms.toml", and it is outside generated/'),
    ],
)
def test_a_manifest_that_cannot_be_trusted_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    """Whatever a manifest says, nothing outside our places is deleted, and the reason is told."""
    put(tmp_path, {MANIFEST: text, "ddms.toml": "x"})
    assert refused(tmp_path, {A: "1"}) == f"DDMS506 {MANIFEST} is invalid: {reason}"


def test_manifest_survives_rendering(tmp_path: Path) -> None:
    """Reading a rendered manifest gives the same entries."""
    build(tmp_path, {A: "1", "generated/schema/ünï \u2028.json": "1"})
    entries = read_manifest(tmp_path)
    assert render_manifest(entries) == (tmp_path / MANIFEST).read_text("utf-8")
    assert len(entries) == 2


def test_diff_is_what_git_apply_reads(tmp_path: Path) -> None:
    """The diff names both sides, keeps U+2028 inside a line and marks a missing final newline."""
    build(tmp_path, {A: "one\ntwo\u2028x\n", B: "gone"})
    found = plan(tmp_path, artifacts({A: "one\n2\n", WORKFLOW: "new\n"}), environments=None, force=False).diff()
    assert found == (
        f"--- /dev/null\n+++ b/{WORKFLOW}\n@@ -0,0 +1,1 @@\n+new\n"
        f"--- a/{A}\n+++ b/{A}\n@@ -1,2 +1,2 @@\n one\n-two\u2028x\n+2\n"
        f"--- a/{B}\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-gone\n\\ No newline at end of file\n"
    )
