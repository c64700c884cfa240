"""Bad input tried as a new user would: a located diagnostic, its exit code, never a traceback, and nothing written."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ddms_compile.cli import main
from example_project import DATA

PROD = "environments/prod.toml"
Spoil = Callable[[Path], object]


def append(path: str, data: bytes) -> Spoil:
    def spoil(root: Path) -> None:
        with (root / path).open("ab") as file:
            file.write(data)

    return spoil


def replace(path: str, data: bytes) -> Spoil:
    return lambda root: (root / path).write_bytes(data)


def as_directory(root: Path) -> None:
    (root / PROD).unlink()
    (root / PROD).mkdir()


def as_pipe(root: Path) -> None:
    (root / PROD).unlink()
    os.mkfifo(root / PROD)


def unreadable(root: Path) -> None:
    (root / PROD).unlink()
    (root / PROD).symlink_to(root / PROD)


SPOILT: dict[str, tuple[Spoil, str]] = {
    "syntax error": (append(PROD, b"\nx = = 1\n"), "DDMS003"),
    "unknown key": (append(PROD, b"\n[netwrok]\ncidr = 1\n"), "DDMS101"),
    "wrong type": (append(PROD, b"\n[observability.alerts]\nerror_percent = []\n"), "DDMS1"),
    "UTF-16": (replace(PROD, "tier = 'production'".encode("utf-16")), "DDMS002"),
    "Latin-1": (append(PROD, b"\n# \xe9\n"), "DDMS002"),
    "NUL": (append(PROD, b"\n\x00\n"), "DDMS003"),
    "empty environment": (replace(PROD, b""), "DDMS011"),
    "empty project": (replace("ddms.toml", b""), "DDMS102"),
    "no project": (lambda root: (root / "ddms.toml").unlink(), "DDMS005"),
    "no environments": (lambda root: shutil.rmtree(root / "environments"), "DDMS006"),
    "10 MB": (replace(PROD, b"#" * 10_000_000), "DDMS004"),
    "directory": (as_directory, "DDMS001"),
    "named pipe": (as_pipe, "DDMS001"),
    "link to itself": (unreadable, "DDMS001"),
    "nested beyond reason": (append(PROD, b"\nx = " + b"[" * 5000 + b"]" * 5000 + b"\n"), "DDMS003"),
}


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The environments that ship, with the real compiler."""
    root = tmp_path / "project"
    shutil.copytree(DATA, root)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(root)
    return root


@pytest.mark.parametrize("arguments", [("check",), ("build",), ("build", "--check"), ("explain", "prod", "dns")])
@pytest.mark.parametrize("name", SPOILT)
def test_bad_input_is_a_diagnostic(
    shipped: Path, capsys: pytest.CaptureFixture[str], name: str, arguments: tuple[str, ...]
) -> None:
    """Every command that reads the project says the same about it, and exits with 1."""
    spoil, code = SPOILT[name]
    spoil(shipped)
    assert main(arguments) == 1
    out, err = capsys.readouterr()
    assert (out, f"error[{code}" in err, "Traceback" in err) == ("", True, False)
    assert not (shipped / "generated").exists()
    assert not list((shipped.parent / "cache").rglob("internal-error*"))


@pytest.mark.parametrize("data", [b"\xef\xbb\xbf# first\n", b"# first\r\n"])
def test_what_other_editors_leave_is_no_error(shipped: Path, data: bytes) -> None:
    """A byte order mark and CRLF are accepted."""
    (shipped / PROD).write_bytes(data + (shipped / PROD).read_bytes().replace(b"\n", b"\r\n"))
    assert main(["check", "-q"]) == 0


def test_an_unknown_environment_has_a_nearest_name(shipped: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The name that was probably meant is offered."""
    assert main(["build", "prdo"]) == 1
    err = capsys.readouterr().err
    assert "error[DDMS007]" in err
    assert "prod" in err


@pytest.mark.parametrize("form", ["plain", "json", "sarif", "github"])
def test_a_secret_in_the_place_of_an_environment_is_not_shown(
    shipped: Path, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    """Neither as an argument nor as the name of a file."""
    token = "ghp_" + "a1B2c3D4e5F6" * 3
    assert main(["check", token, "--format", form]) == 1
    (shipped / f"environments/{token}.toml").write_text('tier = "local"\n')
    assert main(["check", "--format", form]) == 1
    out, err = capsys.readouterr()
    assert token not in out + err and token.lower() not in (out + err).lower()
