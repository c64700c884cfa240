"""The exact text that a user sees for every code about writing and about the program itself.

Each scene prepares a built project and returns the arguments to run; `golden/<scene>.txt` is what follows on standard
error. With `DDMS_UPDATE_GOLDEN=1` in the environment the files are written anew.
"""

import errno
import json
import os
import re
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from cli import fake_pipeline
from cli.scene import Project
from ddms_compile.diagnostics.codes import all_codes
from ddms_compile.pipeline import build
from ddms_compile.pipeline.request import Request
from ddms_compile.terraform.ledger.ledger import VERSION
from ddms_compile.tree import PlainTable
from ddms_compile.write import apply, locked

GOLDEN = Path(__file__).parent / "golden"
COPY = "generated/prod/copy.toml"
MANIFEST = "generated/manifest.json"
Arguments = tuple[str, ...]


def hand_edited(project: Project) -> Arguments:
    project.put(COPY, "mine\n")
    return ("build", "-q")


def changed(project: Project) -> None:
    project.put("environments/prod.toml", "changed\n")


def foreign_file(project: Project) -> Arguments:
    project.put("environments/qa.toml", "x\n")
    project.put("generated/qa/copy.toml", "theirs\n")
    return ("build", "-q")


def foreign_directory(project: Project) -> Arguments:
    project.put("environments/qa.toml", "x\n")
    project.put("generated/qa/copy.toml/theirs", "theirs\n")
    return ("build", "-q")


def foreign_link(project: Project) -> Arguments:
    project.put("environments/qa.toml", "x\n")
    (project.root / "generated/qa").symlink_to(project.cache)
    return ("build", "-q")


def stale(project: Project) -> Arguments:
    changed(project)
    return ("build", "--check", "-q")


def stale_after_interruption(project: Project) -> Arguments:
    changed(project)
    project.put(".ddms-compile/journal.json", '{"version": 1, "operations": []}')
    return ("build", "--check", "-q")


def stale_manifest(project: Project) -> Arguments:
    (project.root / MANIFEST).unlink()
    return ("build", "--check", "-q")


def busy(project: Project) -> Arguments:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        with locked(project.root):
            os.write(writing, b"x")
            time.sleep(3)
        os._exit(0)
    os.read(reading, 1)
    return ("build", "-q")


def full_disk(project: Project) -> Arguments:
    def no_space(_name: str) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    changed(project)
    project.monkeypatch.setattr(build, "apply", partial(apply, step=no_space))
    return ("build", "-q")


def too_many_files(project: Project) -> Arguments:
    def refuse(_request: object) -> None:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    changed(project)
    project.monkeypatch.setattr(fake_pipeline, "compile", refuse)
    return ("build", "-q")


def state_in_the_way(project: Project) -> Arguments:
    for path in (project.root / ".ddms-compile").iterdir():
        path.unlink()
    (project.root / ".ddms-compile").rmdir()
    project.put(".ddms-compile", "a file")
    return ("build", "-q")


def state_a_link(project: Project) -> Arguments:
    (project.root / ".ddms-compile/stage").symlink_to(project.cache)
    return ("build", "-q")


def state_tracked(project: Project) -> Arguments:
    project.put(".git/HEAD", "ref: refs/heads/main\n")
    entry = bytes(60) + bytes((0, 26)) + b".ddms-compile/journal.json"
    (project.root / ".git/index").write_bytes(b"DIRC" + bytes((0, 0, 0, 2, 0, 0, 0, 1)) + entry + bytes(8 + 20))
    return ("build", "--check", "-q")


def no_output_folder(project: Project) -> Arguments:
    project.monkeypatch.setenv("CDKTF_OUTDIR", "../shared")
    return ("synth",)


def strange_project(project: Project) -> Arguments:
    project.put("below/x", "")
    project.root.chmod(0o777)
    return ("-C", "below", "build")


def merge_conflict(project: Project) -> Arguments:
    text = (project.root / MANIFEST).read_text()
    project.put(MANIFEST, f"<<<<<<< HEAD\n{text}=======\n{text}>>>>>>> other\n")
    return ("build", "-q")


def outside(project: Project) -> Arguments:
    text = (project.root / MANIFEST).read_text()
    project.put(MANIFEST, text.replace(COPY, "../../etc/passwd"))
    return ("build", "-q")


def no_manifest(project: Project) -> Arguments:
    (project.root / MANIFEST).unlink()
    return ("check", "-q")


def undeclared(project: Project) -> Arguments:
    project.put("generated/prod/terraform/stacks/foundation/zz_override.tf.json", "{}\n")
    project.put("generated/prod/manifests/backdoor/ROLE.YAML", "kind: ClusterRoleBinding\n")
    (project.root / "generated/prod/compose").symlink_to(project.cache)
    project.put("generated/notes.txt", "mine\n")
    return ("build", "-q")


def broken_journal(project: Project) -> Arguments:
    project.put(".ddms-compile/journal.json", "{")
    return ("build", "-q")


def collision(project: Project) -> Arguments:
    real = fake_pipeline.compile

    def doubled(request: Request) -> fake_pipeline.Compiled:
        compiled = real(request)
        made = compiled.artifacts
        return replace(
            compiled, artifacts=(*made, replace(made[0], path=made[0].path.upper().replace("GENERATED", "generated")))
        )

    changed(project)
    project.monkeypatch.setattr(fake_pipeline, "compile", doubled)
    return ("build", "-q")


def meanwhile(project: Project) -> Arguments:
    def edit(name: str) -> None:
        if name == f"stage {COPY}":
            project.put(COPY, "mine\n")

    changed(project)
    project.monkeypatch.setattr(build, "apply", partial(apply, step=edit))
    return ("build", "-q")


def already_there(project: Project) -> Arguments:
    return ("init", "-q", "--yes", "--domain", "acme.example", "--account", "111122223333")


def ledger_of_prod(project: Project) -> None:
    """The ledger of another project's database, in the account 111122223333."""
    stacks: PlainTable = {"foundation": {"aws_db_instance.postgres": {}}}
    held = {"version": VERSION, "ground": {"account": "111122223333"}, "moved": {}, "stacks": stacks}
    project.put("generated/prod/terraform/ledger.json", json.dumps(held))


def forget_own(project: Project) -> Arguments:
    ledger_of_prod(project)
    project.put("environments/prod.toml", "tier = 'production'\n[aws]\naccount = '111122223333'\n")
    return ("forget", "prod")


def forget_too_little(project: Project) -> Arguments:
    ledger_of_prod(project)
    return ("forget",)


def crash(project: Project) -> Arguments:
    project.put("ddms.toml", "say = 'CRASH'\n")
    return ("build", "-q")


SCENES: dict[str, tuple[Callable[[Project], Arguments], int]] = {
    "DDMS501-hand-edited": (hand_edited, 1),
    "DDMS502-file": (foreign_file, 1),
    "DDMS502-directory": (foreign_directory, 1),
    "DDMS502-link": (foreign_link, 1),
    "DDMS503-stale": (stale, 1),
    "DDMS503-interrupted": (stale_after_interruption, 1),
    "DDMS503-manifest": (stale_manifest, 1),
    "DDMS504-busy": (busy, 3),
    "DDMS505-full-disk": (full_disk, 3),
    "DDMS506-merge-conflict": (merge_conflict, 1),
    "DDMS506-outside": (outside, 1),
    "DDMS506-journal": (broken_journal, 1),
    "DDMS506-no-manifest": (no_manifest, 1),
    "DDMS507-collision": (collision, 1),
    "DDMS508-meanwhile": (meanwhile, 1),
    "DDMS510-tracked": (state_tracked, 1),
    "DDMS511-file": (state_in_the_way, 1),
    "DDMS511-link": (state_a_link, 1),
    "DDMS512-output": (no_output_folder, 1),
    "DDMS513-above": (strange_project, 1),
    "DDMS520-undeclared": (undeclared, 1),
    "DDMS541-init": (already_there, 1),
    "DDMS530-open-files": (too_many_files, 3),
    "DDMS542-own-account": (forget_own, 1),
    "DDMS543-unnamed": (forget_too_little, 1),
    "DDMS900-crash": (crash, 70),
}


@pytest.mark.parametrize("name", SCENES)
def test_the_user_sees_exactly_this(project: Project, name: str) -> None:
    """The text, the exit code, and a tree that is as it was."""
    scene, code = SCENES[name]
    assert project.run("build").code == 0
    if name.startswith("DDMS504"):
        project.monkeypatch.setattr(build, "locked", partial(locked, wait=0.1))
    arguments = scene(project)
    before = snapshot(project)
    ran = project.run(*arguments)
    text = re.sub(r"process \d+", "process 4711", ran.err)
    text = re.sub(r"/\S+/internal-error-\S+", "<cache>/internal-error.txt", text)
    expected = GOLDEN / f"{name}.txt"
    if os.environ.get("DDMS_UPDATE_GOLDEN") == "1":
        expected.parent.mkdir(exist_ok=True)
        expected.write_text(text, encoding="utf-8")
    assert text == expected.read_text(encoding="utf-8")
    assert text.startswith(f"error[{name[:7]}]: ")
    assert (ran.code, ran.out) == (code, "")
    assert str(project.root) not in text
    if name != "DDMS508-meanwhile":
        assert snapshot(project) == before


def snapshot(project: Project) -> dict[str, bytes]:
    """Every file of the project but the compiler's state."""
    return {
        str(path): path.read_bytes()
        for path in sorted(project.root.rglob("*"))
        if path.is_file() and ".ddms-compile" not in path.relative_to(project.root).parts
    }


def test_every_code_about_writing_has_a_scene() -> None:
    """A new code needs a text that somebody has read. DDMS901 is shown where Node is started."""
    codes = {code for code in all_codes() if code[4] in "59"} - {"DDMS901"}
    assert {name[:7] for name in SCENES} == codes
    assert {f"{name}.txt" for name in SCENES} == {path.name for path in GOLDEN.iterdir()}
