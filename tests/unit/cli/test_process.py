"""How the program behaves as a process: arguments, signals, pipes, colours, bugs."""

import io
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cli.scene import Project
from ddms_compile.cli import main
from ddms_compile.cli.progress import Progress

COPY = "generated/prod/copy.toml"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["biuld"], 'unknown command "biuld"; did you mean "build"?'),
        (["--format", "json", "chekc"], 'unknown command "chekc"; did you mean "check"?'),
        (["env", "lst"], 'unknown command "env lst"; did you mean "env list"?'),
        (["build", "--chekc"], 'unknown option "--chekc"; did you mean "--check"?'),
        (["build", "--formt=json"], 'unknown option "--formt=json"; did you mean "--format"?'),
        (["version", "now"], 'unknown argument "now"'),
        (["check", "--format", "xml"], "argument --format: invalid choice: 'xml'"),
        (["completion", "tcsh"], "argument shell: invalid choice: 'tcsh'"),
        (["explain-code", "DDMS5O1"], 'unknown code "DDMS5O1"; did you mean "DDMS501"?'),
        (["env"], "missing command"),
        ([], "missing command"),
    ],
)
def test_wrong_usage_names_the_nearest(project: Project, arguments: list[str], message: str) -> None:
    """Exit code 2 and one sentence, with the nearest name where there is one."""
    ran = project.run(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"ddms-compile: {message}")


@pytest.mark.parametrize("arguments", [["--help"], ["build", "--help"], ["env", "--help"]])
def test_help_is_no_error(project: Project, arguments: list[str]) -> None:
    """--help prints to standard output and exits with 0."""
    ran = project.run(*arguments)
    assert (ran.code, ran.err) == (0, "")
    assert "usage: ddms-compile" in ran.out


def test_version_as_an_option(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """`--version`, as every program has it."""
    assert main(["--version"]) == 0
    assert re.fullmatch(r"ddms-compile \d+\.\d+\.\d+\n", capsys.readouterr().out)


def test_explain_code_takes_codes_as_people_write_them(project: Project) -> None:
    """Any case, with or without the letters; without a code all are listed."""
    explained = project.run("explain-code", "DDMS501")
    assert explained.out.startswith("# Generated file edited by hand\n")
    assert project.run("explain-code", "ddms501") == explained
    assert project.run("explain-code", "501") == explained
    assert "DDMS501  Generated file edited by hand\n" in project.run("explain-code").out


def test_version_names_what_decides_the_output(project: Project) -> None:
    """The compiler, CDKTF, the providers and the constraint on Terraform."""
    out = project.run("version").out
    for name in ("ddms-compile", "python", "terraform", "cdktf", "cdktf-cdktf-provider-aws", "jsii"):
        assert re.search(rf"^{name} +\S", out, re.MULTILINE)


def test_env_list_reads_only_the_files(project: Project) -> None:
    """Name and tier, in the order of names."""
    ran = project.run("env", "list")
    assert ran.out == "prod     production\nstaging  staging\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_know_every_command(project: Project, shell: str) -> None:
    """The script is accepted by the shell it is for, and knows the commands and how to list environments."""
    from shutil import which

    ran = project.run("completion", shell)
    assert ran.code == 0
    for word in ("build", "explain-code", "force", "_ddms_compile_environments"):
        assert word in ran.out
    if which(shell) is None:
        pytest.skip(f"SKIPPED CHECK: no {shell} here to parse the script")
    subprocess.run([shell, "-n"], input=ran.out, text=True, check=True)


def test_fish_completes_environment_names(project: Project) -> None:
    """The same in fish."""
    from shutil import which

    script = project.run("completion", "fish").out
    if which("fish") is None:
        pytest.skip("SKIPPED CHECK: no fish here to run the completion")
    ask = f"{script}\ncomplete -C 'ddms-compile build p'"
    ran = subprocess.run(["fish", "-c", ask], cwd=project.root, capture_output=True, text=True, check=True)
    assert [line.split("\t")[0] for line in ran.stdout.splitlines()] == ["prod"]


def test_bash_completes_environment_names(project: Project) -> None:
    """The completion of `build` offers the stems of environments/*.toml."""
    script = project.run("completion", "bash").out
    ask = 'COMP_WORDS=(ddms-compile build p); COMP_CWORD=2; _shtab_ddms_compile; printf "%s\\n" "${COMPREPLY[@]}"'
    ran = subprocess.run(
        ["bash", "-c", f"{script}\n{ask}"], cwd=project.root, capture_output=True, text=True, check=True
    )
    assert ran.stdout.split() == ["prod"]


@pytest.mark.parametrize("arguments", [["explain-code"], ["--help"], ["completion", "bash"], ["build", "--check"]])
def test_a_closed_pipe_is_quiet(project: Project, arguments: list[str]) -> None:
    """`ddms-compile … | head -0` ends without a word and with the exit code of a broken pipe."""
    for unbuffered in ("", "1"):
        reading, writing = os.pipe()
        os.close(reading)
        options = {**project.process_options(), "stdout": writing}
        options["env"] = {**options["env"], "PYTHONUNBUFFERED": unbuffered}
        ran = subprocess.run([*project.command(), *arguments], **options, text=True)
        os.close(writing)
        assert ran.returncode == 141
        assert "Traceback" not in ran.stderr
        assert "Exception ignored" not in ran.stderr


def test_a_full_output_device_is_named(project: Project) -> None:
    """Output that cannot be written is an error, not silence."""
    if not Path("/dev/full").exists():
        pytest.skip("SKIPPED CHECK: no /dev/full here")
    for unbuffered in ("", "1"):
        options = project.process_options()
        options["env"] = {**options["env"], "PYTHONUNBUFFERED": unbuffered}
        with Path("/dev/full").open("w") as options["stdout"]:
            ran = subprocess.run([*project.command(), "explain-code"], **options, text=True)
        assert ran.returncode == 3
        assert ran.stderr == "ddms-compile: cannot write the output: No space left on device\n"


def test_output_that_the_terminal_cannot_show_is_escaped(project: Project) -> None:
    """A Latin-1 terminal gets escapes, not a crash."""
    project.put("environments/prod.toml", "name = '日本'\n")
    options = project.process_options()
    options["env"] = {**options["env"], "PYTHONIOENCODING": "ascii"}
    ran = subprocess.run([*project.command(), "build", "--check"], **options, text=True)
    assert ran.returncode == 1
    assert "\\u65e5\\u672c" in ran.stdout


def test_ctrl_c_is_one_line(project: Project) -> None:
    """Exit code 130, no traceback, and nothing written."""
    project.put("ddms.toml", "say = 'SLOW'\n")
    process = project.start("build")
    wait_for(project.cache / "ddms-compile/calls")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=10)
    assert (process.returncode, out) == (130, "")
    assert err.splitlines()[-1] == "ddms-compile: interrupted"
    assert "Traceback" not in err
    assert not (project.root / "generated").exists()
    project.put("ddms.toml", "quick\n")
    assert project.run("build").code == 0


def test_ctrl_c_that_a_library_hides_is_no_internal_error(project: Project) -> None:
    """pydantic, for one, may turn the interrupt into an error of its own."""
    project.put("ddms.toml", "say = 'SWALLOW'\n")
    ran = project.run("build")
    assert (ran.code, ran.err) == (130, "ddms-compile: interrupted\n")
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_ctrl_c_during_start_is_one_line(project: Project) -> None:
    """However early it comes after the program has begun."""
    for delay in (0.03, 0.05, 0.07, 0.1):
        process = project.start("explain-code")
        time.sleep(delay)
        process.send_signal(signal.SIGINT)
        _out, err = process.communicate(timeout=10)
        if (
            "driver.py" in err or "site" in err or err == "KeyboardInterrupt\n"
        ):  # Python itself had not finished starting
            continue
        assert process.returncode in (0, 130, -signal.SIGINT)
        assert "Traceback" not in err


def test_progress_of_a_long_build_goes_to_standard_error(project: Project) -> None:
    """After a second the current step is named, once, in plain lines where there is no terminal."""
    project.put("ddms.toml", "say = 'SLOW'\n")
    ran = project.run("build")
    assert ran.err.count("copying …\n") == 1
    assert "copying" not in ran.out
    assert "\x1b" not in ran.err


def test_progress_on_a_terminal_clears_its_line() -> None:
    """The line is rewritten, and gone at the end."""
    stream = io.StringIO()
    progress = Progress(stream, quiet=False, fancy=True)
    progress("loading")
    time.sleep(1.3)
    progress.stop()
    assert "\r\x1b[Kloading … 1 s" in stream.getvalue()
    assert stream.getvalue().endswith("\r\x1b[K")


def test_a_bug_is_an_internal_error(project: Project) -> None:
    """Exit code 70, one diagnostic, and the traceback only in the file that it names."""
    project.put("ddms.toml", "CRASH\n")
    ran = project.run("build")
    assert (ran.code, ran.out) == (70, "")
    assert "error[DDMS900]: internal error (KeyError)" in ran.err
    assert "Traceback" not in ran.err
    (saved,) = (project.cache / "ddms-compile").glob("internal-error-*.txt")
    assert str(saved) in ran.err
    assert "KeyError: '*****'" in saved.read_text()  # what an error quotes may be a secret


def test_a_bug_is_reported_even_where_nothing_can_be_saved(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """No writable directory is no reason for a traceback."""
    from ddms_compile.disk import private

    project.put("ddms.toml", "CRASH\n")

    def nowhere() -> Path:
        raise OSError("nowhere")

    monkeypatch.setattr(private, "temporary_folder", nowhere)
    project.put("../cache", "a file")
    ran = project.run("build")
    assert ran.code == 70
    assert "could not be saved" in ran.err


@pytest.mark.parametrize(
    ("environ", "arguments", "colored"),
    [
        ({}, [], True),
        ({"NO_COLOR": "1"}, [], False),
        ({"NO_COLOR": ""}, [], True),
        ({"TERM": "dumb"}, [], False),
        ({}, ["--color", "never"], False),
        ({"NO_COLOR": "1"}, ["--color", "always"], True),
    ],
)
def test_colour_follows_the_terminal_and_the_user(
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
    environ: dict[str, str],
    arguments: list[str],
    colored: bool,
) -> None:
    """--color decides; without it NO_COLOR and TERM=dumb turn colour off."""
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert ("\x1b[" in project.run("check", *arguments, terminal=True).err) is colored


def test_no_colour_in_a_pipe(project: Project) -> None:
    """A stream that is no terminal gets no colour unless asked."""
    assert "\x1b[" not in project.run("check").err
    assert "\x1b[" in project.run("check", "--color=always").err


def test_a_vanished_directory_is_named(project: Project, tmp_path: Path) -> None:
    """Working in a directory that was deleted is an error of usage."""
    gone = tmp_path / "gone"
    gone.mkdir()
    script = f"cd {gone} && rmdir {gone} && exec {' '.join(project.command())} check"
    ran = subprocess.run(["sh", "-c", script], **project.process_options(), text=True)
    assert ran.returncode == 2
    assert "no longer exists" in ran.stderr


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_closed_streams_are_no_crash(project: Project, closed: str) -> None:
    """A process that was started without output still does its work."""
    script = f"exec {' '.join(project.command())} build {closed}"
    ran = subprocess.run(["sh", "-c", script], **project.process_options(), text=True)
    assert ran.returncode == 0
    assert "Traceback" not in ran.stderr
    assert (project.root / COPY).exists()


def test_main_returns_and_never_exits(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """`main` can be called from Python."""
    assert main(["explain-code", "501"]) == 0
    assert capsys.readouterr().out.startswith("# Generated")
    assert main(["--help"]) == 0


def test_two_builds_at_once_take_turns(project: Project) -> None:
    """The second says that it waits, then finds nothing left to do."""
    project.put("ddms.toml", "say = 'SLOW'\n")
    first = project.start("build")
    wait_for(project.cache / "ddms-compile/calls")
    second = project.start("build")
    out, err = second.communicate(timeout=20)
    first.communicate(timeout=20)
    assert (first.returncode, second.returncode) == (0, 0)
    assert f"waiting for another build (process {first.pid}) of this project\n" in err
    assert out == "nothing to do: 6 files are up to date\n"


def wait_for(path: Path) -> None:
    """Until a file exists."""
    for _ in range(2000):
        if path.exists():
            return
        time.sleep(0.005)
    raise AssertionError(f"{path} never appeared")


def test_python_m_works() -> None:
    """`python -m ddms_compile` is the same program."""
    ran = subprocess.run(
        [sys.executable, "-m", "ddms_compile", "explain-code", "501"],
        env={**os.environ, "PYTHONPATH": str(Path(main.__code__.co_filename).parents[2])},
        capture_output=True,
        text=True,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
