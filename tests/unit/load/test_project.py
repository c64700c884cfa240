"""Loading whole projects, good and bad."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ddms_compile.load import load_project, unknown_environments
from ddms_compile.load import source as source_module
from ddms_compile.load.layers import LayerKind
from diagnostics.golden_case import BASE


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "environments").mkdir()
    (tmp_path / "ddms.toml").write_text('[project]\nname = "shop"\n')
    (tmp_path / "environments/prod.toml").write_text('tier = "production"\n[network]\nzones = 3\n')
    return tmp_path


def codes_of(root: Path) -> list[str]:
    return [problem.code for problem in load_project(root)[1]]


def test_environments_come_by_name_with_all_their_layers() -> None:
    project, problems = load_project(BASE)
    assert problems == ()
    assert list(project.environments) == ["prod", "staging"]
    layers = project.environments["prod"].layers
    assert [layer.kind for layer in layers] == list(LayerKind)
    assert [layer.source.path for layer in layers] == [
        "ddms-compile:defaults.toml",
        "ddms-compile:tiers/production.toml",
        "ddms.toml",
        "environments/prod.toml",
    ]
    assert {layer.source.path for layer in layers} <= set(project.sources)


def test_a_sound_project_is_loaded_without_the_parser_that_gives_places() -> None:
    program = "import sys, pathlib; from ddms_compile.load import load_project; "
    program += "assert load_project(pathlib.Path(sys.argv[1]))[1] == (); print('tree_sitter' in sys.modules)"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", program, str(BASE)], capture_output=True, text=True, env=environment, check=True
    )
    assert done.stdout.strip() == "False"


def test_a_broken_environment_is_left_out_and_hides_nothing(project: Path) -> None:
    (project / "environments/bad.toml").write_text("tier = \n")
    (project / "environments/worse.toml").write_bytes(b"\xff\n")
    loaded, problems = load_project(project)
    assert list(loaded.environments) == ["prod"]
    assert loaded.left_out == ("bad", "worse")
    assert [problem.code for problem in problems] == ["DDMS003", "DDMS002"]
    assert unknown_environments(loaded, ["bad", "prod"]) == ()


def test_without_a_readable_project_file_there_are_no_environments_but_their_errors(project: Path) -> None:
    (project / "ddms.toml").write_text("x")
    (project / "environments/prod.toml").write_text("y")
    loaded, problems = load_project(project)
    assert not loaded.environments
    assert [problem.primary.span.path for problem in problems if problem.primary] == [
        "ddms.toml",
        "environments/prod.toml",
    ]


def test_a_byte_order_mark_means_nothing(project: Path) -> None:
    prod = project / "environments/prod.toml"
    plain = load_project(project)[0].environments["prod"].tree
    prod.write_bytes(b"\xef\xbb\xbf" + prod.read_bytes())
    loaded, problems = load_project(project)
    assert problems == ()
    assert loaded.environments["prod"].tree == plain


def test_crlf_means_nothing(project: Path) -> None:
    prod = project / "environments/prod.toml"
    plain = load_project(project)[0].environments["prod"].tree
    prod.write_bytes(prod.read_bytes().replace(b"\n", b"\r\n"))
    assert load_project(project)[0].environments["prod"].tree == plain


def test_an_empty_project_file_is_a_project(project: Path) -> None:
    (project / "ddms.toml").write_text("")
    assert codes_of(project) == []


def test_other_files_beside_the_environments_are_ignored(project: Path) -> None:
    for name in ("prod.toml.bak", "prod.tml", "README.md", ".#prod.toml", ".draft.toml"):
        (project / "environments" / name).write_text("nonsense")
    (project / "environments/old").mkdir()
    loaded, problems = load_project(project)
    assert (list(loaded.environments), problems) == (["prod"], ())


@pytest.mark.parametrize("stem", ["a", "prod-eu-2", "a234567890123456"])
def test_good_names_of_environments(project: Path, stem: str) -> None:
    (project / "environments" / f"{stem}.toml").write_text('tier = "staging"\n')
    assert codes_of(project) == []


@pytest.mark.parametrize("stem", ["A", "1a", "a_b", "a-", "-a", "a2345678901234567", "é", "a b", "a.b", "a\nb"])
def test_bad_names_of_environments(project: Path, stem: str) -> None:
    (project / "environments" / f"{stem}.toml").write_text('tier = "staging"\n')
    assert codes_of(project) == ["DDMS008"]


def test_a_pipe_is_refused_and_not_waited_for(project: Path) -> None:
    os.mkfifo(project / "environments/pipe.toml")
    assert codes_of(project) == ["DDMS001"]


def test_a_file_is_not_read_beyond_the_limit(project: Path) -> None:
    """A file of ten gigabytes costs no memory: it is a hole, and reading it would take minutes."""
    with (project / "environments/prod.toml").open("r+b") as file:
        file.truncate(10_000_000_000)
    assert codes_of(project) == ["DDMS004"]


@pytest.mark.parametrize("error", [PermissionError(13, "Permission denied"), OSError(5, "Input/output error")])
def test_an_error_of_the_disk_is_a_diagnostic(project: Path, monkeypatch: pytest.MonkeyPatch, error: OSError) -> None:
    def fail(*_: object, **__: object) -> bytes:
        raise error

    monkeypatch.setattr(source_module, "read_input", fail)
    _, problems = load_project(project)
    assert {problem.code for problem in problems} == {"DDMS001"}
    assert str(error.strerror).lower() in problems[0].message.lower()


def test_a_directory_that_does_not_exist(tmp_path: Path) -> None:
    assert codes_of(tmp_path / "nowhere") == ["DDMS005"]


def test_a_conflict_with_the_shared_file_is_said_once_for_all_environments(project: Path) -> None:
    (project / "environments/staging.toml").write_text('tier = "staging"\n')
    (project / "ddms.toml").write_text("network = 1\n")
    assert codes_of(project) == ["DDMS009"]


def test_an_environment_whose_stars_multiply_is_left_out(project: Path) -> None:
    """What it would be is not made."""
    with (project / "environments/prod.toml").open("a") as file:
        file.write('\n[cluster.nodes."*"]\n' + "".join(f"k{number} = 1\n" for number in range(400)))
        file.write("".join(f"[cluster.nodes.t{number}]\n" for number in range(400)))
    loaded, problems = load_project(project)
    assert [(p.code, p.message) for p in problems] == [
        ("DDMS004", "environments/prod.toml and ddms.toml make more than 50,000 keys together")
    ]
    assert loaded.left_out == ("prod",)
