"""What a stranger does with the wheel: an empty environment, an empty folder, and the pipeline's own lines."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from ddms_compile import __version__
from example_project import REPOSITORY

WHEELS = REPOSITORY / ".cache/wheels"
"""All that the wheel needs, as its lock file names it."""

INIT = ("init", "--yes", "--name", "shop", "--domain", "acme.example", "--account", "111122223333")


@dataclass(frozen=True)
class Stranger:
    """`home`: a home folder; `index`: the wheels that its pip finds, and no others; `project`: an empty folder."""

    home: Path

    @property
    def project(self) -> Path:
        """Where the project is."""
        return self.home / "project"

    @property
    def program(self) -> Path:
        """The program in the environment that pip has filled."""
        return self.home / "environment/bin/ddms-compile"

    def run(self, *command: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
        """A command in the project, with nothing of this process but the programs of the system."""
        environ = {
            "PATH": f"{Path(sys.executable).resolve().parent}:/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.home),
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.home / "index"),
            **more,
        }
        return subprocess.run(
            command, cwd=self.project, env=environ, capture_output=True, text=True, timeout=600, check=False
        )

    def compile(self, *words: str) -> str:
        """A command of the program that must succeed, without an error, a warning or a note; what it printed."""
        done = self.run(self.program, *words)
        assert done.returncode == 0, done.stdout + done.stderr
        assert re.findall(r"^(?:error|warning|note)\[.*", done.stderr, re.MULTILINE) == []
        return done.stdout


@pytest.fixture(scope="module")
def stranger(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Stranger:
    """With the wheel installed into an environment of its own, and a project from `init` with a first build."""
    if not (WHEELS / ".installed").exists():
        pytest.skip("UNCHECKED installation of the wheel: `make test` downloads what it needs into .cache/wheels")
    home = tmp_path_factory.mktemp("stranger")
    (home / "project").mkdir()
    (home / "index").mkdir()
    for path in (wheel, *WHEELS.glob("*.whl")):
        (home / "index" / path.name).symlink_to(path)
    made = Stranger(home)
    for command in (
        (sys.executable, "-m", "venv", home / "environment"),
        (home / "environment/bin/pip", "install", "--quiet", "--no-compile", "ddms-compile"),
    ):
        done = made.run(*command)
        assert done.returncode == 0, done.stdout + done.stderr
    made.compile(*INIT)
    assert "environments are valid" in made.compile("check")
    made.compile("build")
    return made


def steps(project: Path) -> list[dict[str, object]]:
    """The steps of the pipeline that check the configuration."""
    text = (project / ".github/workflows/ci-cd.yml").read_text("utf-8")
    job = yaml.safe_load(text)["jobs"]["lint-test"]
    return [step for step in job["steps"] if step.get("if") == "${{ matrix.folder == '' }}"]


def test_a_build_is_up_to_date(stranger: Stranger) -> None:
    """`build --check` after `build`: nothing is stale."""
    assert "files are up to date" in stranger.compile("build", "--check")


def test_git_keeps_the_bytes_and_leaves_out_working_files(stranger: Stranger) -> None:
    """`init` writes what git needs: generated files have one line ending everywhere, working files are ignored."""
    stranger.run("git", "init", "--quiet")
    asked = stranger.run("git", "check-attr", "eol", "linguist-generated", "--", "generated/staging/RUNBOOK.md")
    assert re.findall(r": (\S+): (\S+)$", asked.stdout, re.MULTILINE) == [("eol", "lf"), ("linguist-generated", "set")]
    stranger.run("git", "add", "--all")
    tracked = stranger.run("git", "ls-files").stdout.split()
    assert "generated/manifest.json" in tracked and "ddms.toml" in tracked
    assert not any(path.startswith(".ddms-compile") for path in tracked)


def test_the_pipeline_checks_what_was_built(stranger: Stranger) -> None:
    """The lines of the workflow's own steps, as they stand, install the pinned release and find nothing stale."""
    set_up, *with_lines = steps(stranger.project)
    assert str(set_up["uses"]).startswith("actions/setup-python@")
    folder = stranger.home / "runner"
    folder.mkdir()

    def run_all() -> list[subprocess.CompletedProcess[str]]:
        ran = []
        for step in with_lines:
            given = step.get("env")
            assert isinstance(given, dict)
            assert given.get("REQUIREMENT") in (None, f"ddms-compile=={__version__}")
            values = {key: value.replace(TEMPORARY, f"{folder}/ddms-compile") for key, value in given.items()}
            assert not any("${{" in value for value in values.values())
            shell = ("bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", str(step["run"]))
            ran.append(stranger.run(*shell, **values))
        return ran

    install, compare = run_all()
    assert install.returncode == 0, install.stdout + install.stderr
    assert compare.returncode == 0, compare.stdout + compare.stderr

    runbook = stranger.project / "generated/staging/RUNBOOK.md"
    kept = runbook.read_text("utf-8")
    runbook.write_text(f"{kept}by hand\n", "utf-8")
    with_lines[:] = with_lines[1:]
    (compare,) = run_all()
    runbook.write_text(kept, "utf-8")
    assert compare.returncode == 1 and "DDMS503" in compare.stdout


TEMPORARY = "${{ format('{0}/ddms-compile', runner.temp) }}"


def test_the_hooks_of_pre_commit_run(stranger: Stranger) -> None:
    """Each hook's command succeeds on a sound project, and the check fails on a broken one."""
    hooks = yaml.safe_load((REPOSITORY / ".pre-commit-hooks.yaml").read_text("utf-8"))
    commands = {hook["id"]: hook["entry"].split() for hook in hooks}
    for program, *words in commands.values():
        assert stranger.run(stranger.program.with_name(program), *words).returncode == 0
    data = stranger.project / "ddms.toml"
    kept = data.read_text("utf-8")
    data.write_text(kept.replace("[ci]", "[cii]"), "utf-8")
    program, *words = commands["ddms-compile-check"]
    broken = stranger.run(stranger.program.with_name(program), *words)
    data.write_text(kept, "utf-8")
    assert broken.returncode == 1 and "DDMS101" in broken.stderr


def test_a_further_environment_is_one_command(stranger: Stranger) -> None:
    """`env new`, `build`: nothing is edited by hand."""
    stranger.compile("env", "new", "qa", "--from", "staging")
    stranger.compile("build")
    assert (stranger.project / "generated/qa/RUNBOOK.md").is_file()
    assert "files are up to date" in stranger.compile("build", "--check")
