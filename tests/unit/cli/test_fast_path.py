"""A build with nothing to do ends before the compiler runs, and is never wrong about it."""

import os
import sys
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Self

import pytest

from cli.scene import Change, Project
from ddms_compile.cli import context
from ddms_compile.pipeline.request import Request
from ddms_compile.write import fingerprint
from ddms_compile.write.fingerprint import PACKAGE


def later(path: Path, text: str) -> None:
    """Changes a file's content but neither its size nor its modification time."""
    status = path.stat()
    assert len(text.encode()) == status.st_size
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def test_nothing_changed_means_nothing_compiled(project: Project) -> None:
    """The second build does not call the pipeline, and says what the first one said."""
    first = project.run("build")
    second = project.run("build")
    assert project.compilations == 1
    assert second.out == "nothing to do: 6 files are up to date\n"
    assert (second.code, second.err) == (first.code, first.err)
    third = project.run("build", "--check")
    assert (third.code, third.err, project.compilations) == (0, first.err, 1)


def test_diagnostics_are_repeated_in_any_format(project: Project) -> None:
    """What was said is remembered as data, not as text."""
    project.run("build")
    assert "DDMS401" in project.run("build", "--format", "json").out
    assert "::notice" in project.run("build", "--format", "github").out
    assert project.compilations == 1


CHANGES: dict[str, Change] = {
    "project file": lambda p: later(p.root / "ddms.toml", "name = 'y'\n"),
    "environment file": lambda p: later(p.root / "environments/prod.toml", "tier = 'productiom'\n"),
    "new environment": lambda p: p.put("environments/qa.toml", "x\n"),
    "environment gone": lambda p: (p.root / "environments/staging.toml").unlink(),
    "environment renamed": lambda p: (p.root / "environments/prod.toml").rename(p.root / "environments/live.toml"),
    "chart": lambda p: p.put("helm/application/values.yaml", "x\n"),
    "output edited": lambda p: later(p.root / "generated/prod/copy.toml", "tier = 'productiom'\n"),
    "output gone": lambda p: (p.root / "generated/prod/copy.toml").unlink(),
    "workflow gone": lambda p: (p.root / ".github/workflows/ci-cd.yml").unlink(),
    "output a link": lambda p: link(p.root / "generated/prod/copy.toml"),
    "output below a link": lambda p: link(p.root / "generated/prod"),
    "manifest gone": lambda p: (p.root / "generated/manifest.json").unlink(),
    "manifest reformatted": lambda p: p.put(
        "generated/manifest.json", (p.root / "generated/manifest.json").read_text() + "\n"
    ),
    "memory damaged": lambda p: p.put(".ddms-compile/builds.json", "{"),
    "memory of nonsense": lambda p: p.put(".ddms-compile/builds.json", '{"version": 1, "manifest": 3, "builds": []}'),
    "memory gone": lambda p: (p.root / ".ddms-compile/builds.json").unlink(),
    "interrupted": lambda p: p.put(".ddms-compile/journal.json", '{"version": 1, "operations": []}'),
}


def link(path: Path) -> None:
    """Moves a file or directory away and links to it: the content stays the same."""
    moved = path.rename(path.with_name(f"{path.name}-moved"))
    path.symlink_to(moved)


@pytest.mark.parametrize("name", CHANGES)
def test_any_change_is_noticed(project: Project, name: str) -> None:
    """Each ingredient, changed alone and as quietly as possible, makes --check compile again."""
    project.run("build")
    CHANGES[name](project)
    project.run("build", "--check")
    assert project.compilations == 2


def test_another_day_is_noticed(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules read dates (support ends, waivers expire), so each day is checked anew."""
    project.run("build")

    class Tomorrow(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return cls(2099, 1, 1, tzinfo=tz)

    monkeypatch.setattr(context, "datetime", Tomorrow)
    project.run("build", "--check")
    assert project.compilations == 2


def test_builds_of_some_environments_are_remembered_apart(project: Project) -> None:
    """`build prod` after `build` compiles once more, then both are known."""
    project.run("build")
    project.run("build", "prod")
    assert project.compilations == 2
    project.run("build", "prod")
    project.run("build")
    assert project.compilations == 2
    project.put("environments/staging.toml", "changed\n")
    project.run("build", "staging")
    project.run("build")
    assert project.compilations == 4


def test_a_memory_of_another_tree_does_not_count(project: Project) -> None:
    """Going back to earlier inputs after building others in between compiles again."""
    project.run("build")
    project.put("environments/prod.toml", "changed\n")
    project.run("build", "prod")
    project.put("environments/prod.toml", "tier = 'production'\n")
    assert project.run("build").out.splitlines()[-1] == "2 updated, 4 unchanged"


def test_an_input_edited_while_the_build_runs_is_not_called_built(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even if the edit is taken back before the build ends."""
    from cli import fake_pipeline

    real = fake_pipeline.compile

    def edited(request: Request) -> fake_pipeline.Compiled:
        project.put("environments/prod.toml", "passing\n")
        compiled = real(request)
        project.put("environments/prod.toml", "tier = 'production'\n")
        return compiled

    monkeypatch.setattr(fake_pipeline, "compile", edited)
    project.run("build")
    monkeypatch.setattr(fake_pipeline, "compile", real)
    assert project.run("build").out.splitlines()[-1] == "2 updated, 4 unchanged"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """Something like the compiler's own folder."""
    (tmp_path / "package/spec").mkdir(parents=True)
    (tmp_path / "package/a.py").write_text("1")
    (tmp_path / "package/spec/defaults.toml").write_text("1")
    return tmp_path / "package"


def key(project: Project, package: Path = PACKAGE, search: tuple[str, ...] = ()) -> str:
    found = fingerprint(
        project.root, environments=(), today=datetime(2026, 1, 1).date(), package=package, search=search
    )
    assert found is not None
    return found.key


def test_the_compiler_itself_is_an_ingredient(project: Project, package: Path) -> None:
    """A changed, new or renamed file of the compiler is noticed; compiled bytecode is not."""
    seen = [key(project, package)]
    (package / "__pycache__").mkdir()
    (package / "__pycache__/a.pyc").write_text("x")
    assert key(project, package) == seen[0]
    later(package / "spec/defaults.toml", "2")
    seen.append(key(project, package))
    (package / "b.py").write_text("1")
    seen.append(key(project, package))
    (package / "b.py").rename(package / "c.py")
    seen.append(key(project, package))
    assert len(set(seen)) == 4


def test_installed_packages_are_an_ingredient(project: Project, package: Path, tmp_path: Path) -> None:
    """An upgrade of a dependency is noticed."""
    site = tmp_path / "site"
    (site / "cdktf-0.21.0.dist-info").mkdir(parents=True)
    before = key(project, package, (str(site),))
    (site / "cdktf-0.21.0.dist-info").rename(site / "cdktf-0.22.0.dist-info")
    assert key(project, package, (str(site),)) != before


def test_a_chart_elsewhere_is_an_ingredient(project: Project) -> None:
    """`project.chart` says which folder is read."""
    project.put("ddms.toml", "[project]\nchart = 'deploy/chart'\n")
    before = key(project)
    project.put("deploy/chart/values.yaml", "x")
    assert key(project) != before


def test_an_input_that_cannot_be_read_has_no_fingerprint(project: Project) -> None:
    """Then the compiler itself must say what is wrong."""
    (project.root / "environments/broken.toml").symlink_to("nowhere")
    assert fingerprint(project.root, environments=(), today=datetime(2026, 1, 1).date()) is None
    project.run("build")
    project.run("build")
    assert project.compilations == 2


def test_a_link_to_a_directory_has_no_fingerprint(project: Project) -> None:
    """It could lead to all of the disk, so it is not followed."""
    (project.root / "helm").mkdir()
    (project.root / "helm/loop").symlink_to("/")
    assert fingerprint(project.root, environments=(), today=datetime(2026, 1, 1).date()) is None


def test_the_fast_path_imports_nothing_heavy(project: Project) -> None:
    """A process that has nothing to do never imports the pipeline, pydantic or the TOML positions."""
    project.run("build")
    script = (
        "import runpy, sys\n"
        "sys.argv = ['ddms-compile', 'build']\n"
        "from ddms_compile.cli import main\n"
        "code = main()\n"
        "heavy = {'pydantic', 'tree_sitter', 'cdktf', 'jsii', 'ruamel', 'difflib', 'shtab'}\n"
        "heavy |= {'ddms_compile.pipeline.compile'}\n"
        "print(code, sorted(heavy & set(sys.modules)))\n"
    )
    import subprocess

    ran = subprocess.run([sys.executable, "-c", script], **project.process_options(), text=True, check=True)
    assert ran.stdout.splitlines()[-1] == "0 []"
