"""What `build` and `check` say and do."""

import json
import os
import re

import pytest

from cli.scene import Project

SUMMARY = """\
create .github/workflows/ci-cd.yml
create generated/prod/copy.toml
create generated/prod/deep/copy.toml
create generated/schema/x.json
create generated/staging/copy.toml
create generated/staging/deep/copy.toml
6 created
"""


def test_a_build_says_what_it_did(project: Project) -> None:
    """The summary is on standard output, diagnostics are on standard error, and no time is told to a pipe."""
    ran = project.run("build")
    assert (ran.code, ran.out) == (0, SUMMARY)
    assert "note[DDMS401]: a note" in ran.err
    project.put("environments/prod.toml", "changed\n")
    (project.root / "environments/staging.toml").unlink()
    ran = project.run("build")
    assert ran.out.splitlines()[-1] == "2 updated, 2 deleted, 2 unchanged"


def test_a_terminal_is_told_the_time(project: Project) -> None:
    """Only people see how long it took."""
    assert re.search(r"6 created in \d\.\d\d s\n$", project.run("build", terminal=True).out)


def test_quiet_is_quiet(project: Project) -> None:
    """-q before or after the command leaves errors only."""
    assert project.run("-q", "build") == project.run("build", "-q")
    ran = project.run("build", "--force", "-q")
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    project.put("ddms.toml", "BROKEN\n")
    ran = project.run("build", "-q")
    assert ran.code == 1
    assert "DDMS101" in ran.err
    assert "DDMS401" not in ran.err


def test_building_some_environments_leaves_the_others(project: Project) -> None:
    """Names may stand before and after options."""
    project.run("build")
    project.put("environments/prod.toml", "changed\n")
    project.put("environments/staging.toml", "changed\n")
    ran = project.run("build", "prod")
    assert ran.out.splitlines()[-1] == "2 updated, 2 unchanged"
    ran = project.run("build", "prod", "--force", "staging")
    assert ran.out.splitlines()[-1] == "2 updated, 4 unchanged"


def test_errors_write_nothing(project: Project) -> None:
    """With an error anywhere the tree stays as it is, and the exit code is 1."""
    project.put("ddms.toml", "BROKEN\n")
    ran = project.run("build")
    assert (ran.code, ran.out) == (1, "")
    assert "error[DDMS101]: broken\n  --> ddms.toml:1:1\n" in ran.err
    assert not (project.root / "generated").exists()


def test_check_finds_problems_without_compiling(project: Project) -> None:
    """`check` only validates."""
    ran = project.run("check")
    assert (ran.code, ran.out, project.compilations) == (0, "2 environments are valid\n", 0)
    assert project.run("check", "prod").out == "1 environment is valid\n"
    project.put("ddms.toml", "BROKEN\n")
    assert project.run("check").code == 1
    assert list(project.root.glob(".ddms-compile")) == []


def test_build_check_shows_the_diff_and_writes_nothing(project: Project) -> None:
    """Stale files: exit code 1, the diff on standard output, DDMS503 on standard error."""
    project.run("build")
    assert project.run("build", "--check").out == "6 files are up to date\n"
    project.put("environments/prod.toml", "changed\n")
    before = {path: path.read_bytes() for path in project.root.rglob("*") if path.is_file()}
    ran = project.run("build", "--check")
    assert ran.code == 1
    assert ran.out.startswith("--- a/generated/prod/copy.toml\n+++ b/generated/prod/copy.toml\n@@ -1 +1 @@\n-tier")
    assert "error[DDMS503]: 2 generated files are outdated" in ran.err
    assert "update generated/prod/copy.toml" in ran.err
    assert {path: path.read_bytes() for path in project.root.rglob("*") if path.is_file()} == before


def test_build_check_sees_hand_edits_as_stale(project: Project) -> None:
    """What is committed must be what a build writes, whoever changed it."""
    project.run("build")
    project.put("generated/prod/copy.toml", "mine\n")
    ran = project.run("build", "--check")
    assert ran.code == 1
    assert "-mine\n" in ran.out


def test_build_check_works_where_nothing_can_be_written(project: Project) -> None:
    """Not even a lock or a state directory is made."""
    ran = project.run("build", "--check")
    assert ran.code == 1
    assert sorted(path.name for path in project.root.iterdir()) == ["ddms.toml", "environments"]


def test_a_hand_edit_stops_the_build_and_force_overrides(project: Project) -> None:
    """The file is named with what to do, and the exit code is 1."""
    project.run("build")
    project.put("generated/prod/copy.toml", "mine\n")
    ran = project.run("build")
    assert (ran.code, ran.out) == (1, "")
    assert "error[DDMS501]: generated/prod/copy.toml was edited by hand" in ran.err
    assert "ddms-compile build --force" in ran.err
    assert project.run("build", "--force").out == "update generated/prod/copy.toml\n1 updated, 5 unchanged\n"


@pytest.mark.parametrize("arguments", [("build",), ("build", "--check"), ("check",)])
@pytest.mark.parametrize("format_", ["json", "sarif"])
def test_machine_formats_are_one_document(project: Project, format_: str, arguments: tuple[str, ...]) -> None:
    """Standard output parses as JSON, whatever else there is to say."""
    ran = project.run("--format", format_, *arguments)
    assert "DDMS401" in json.dumps(json.loads(ran.out))
    again = project.run(*arguments, "--format", format_)
    assert "DDMS401" in json.dumps(json.loads(again.out))


def test_github_annotations_go_to_standard_output(project: Project) -> None:
    """GitHub reads workflow commands from there."""
    project.put("ddms.toml", "BROKEN\n")
    assert "::error file=ddms.toml,line=1," in project.run("check", "--format", "github").out


def test_trouble_of_the_machine_has_its_own_exit_code(project: Project) -> None:
    """Node that does not start: 3. A place that cannot be written has its golden text."""
    project.put("ddms.toml", "NODE\n")
    assert project.run("build").code == 3


def test_an_interrupted_build_is_finished_first(project: Project) -> None:
    """A journal of a killed build is rolled forward, and the user is told."""
    project.run("build")
    journal = '{"version": 1, "operations": []}'
    project.put(".ddms-compile/journal.json", journal)
    project.put("environments/prod.toml", "changed\n")
    ran = project.run("build", "--check")
    assert "an interrupted build left changes behind" in ran.err
    ran = project.run("build")
    assert "completed an interrupted build\n" in ran.err
    assert project.run("build", "--check").code == 0


def test_the_project_is_found_from_below(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Like git: any directory inside the project will do, and -C starts elsewhere."""
    assert project.run("-C", "environments", "check").code == 0
    assert project.run("check", "-C", str(project.root / "environments")).code == 0
    ran = project.run("-C", "nowhere", "check")
    assert (ran.code, ran.err) == (2, "ddms-compile: -C nowhere: no such directory\n")


def test_a_project_above_is_not_that_of_anybody(project: Project) -> None:
    """Its directory gives nobody a power that the directory of the command does not give them; `-C` names it."""
    below = project.root / "environments"
    below.chmod(0o755)
    for mode, code in ((0o755, 0), (0o1777, 1), (0o777, 1), (0o775, 0)):
        project.root.chmod(mode)
        assert project.run("-C", "environments", "check").code == code, oct(mode)
        assert project.run("check").code == 0
    project.root.chmod(0o777)
    below.chmod(0o777)  # a file system without modes
    assert project.run("-C", "environments", "check").code == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
@pytest.mark.parametrize(
    ("above", "file", "below", "code"),
    [(0, 1234, 0, 1), (1234, 0, 0, 1), (1234, 1234, 0, 1), (1234, 1234, 1234, 0), (0, 0, 1234, 0)],
)
def test_a_project_above_belongs_to_who_owns_the_directory(
    project: Project, above: int, file: int, below: int, code: int
) -> None:
    """Or to this user, or to root: a checkout of another user works, a file in `/tmp` does not."""
    for path, owner in ((".", above), ("ddms.toml", file), ("environments", below)):
        os.chown(project.root / path, owner, -1)
    assert project.run("-C", "environments", "check").code == code


def test_no_secret_among_the_arguments_is_shown(project: Project) -> None:
    """A log of a pipeline keeps what a command says of its arguments."""
    token = "ghp_" + "a1B2c3D4e5F6" * 3
    for arguments in (
        ("build", token),
        (token,),
        ("check", f"--{token}"),
        ("check", f"--password={token}"),
        ("-C", token, "check"),
        ("--format", token, "check"),
        ("explain", token, "postgres"),
        ("explain", "prod", token),
        ("explain-code", token),
        ("secrets", token),
        ("env", token),
        ("env", "new", token, "--from", "prod"),
        ("env", "new", "qa", "--from", token),
        ("completion", token),
        ("synth", token),
        ("init", "--yes", "--name", token, "--domain", token, "--account", token),
    ):
        for form in ("plain", "json", "sarif", "github"):
            ran = project.run("--format", form, *arguments)
            assert token not in ran.out + ran.err, (form, arguments)


def test_outside_a_project_the_missing_file_is_named(project: Project) -> None:
    """No ddms.toml from here upwards: DDMS005, and nothing is created."""
    outside = project.cache / "outside"
    outside.mkdir(parents=True)
    ran = project.run("build", "-C", str(outside))
    assert ran.code == 1
    assert "DDMS005" in ran.err
    assert list(outside.iterdir()) == []
