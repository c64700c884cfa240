"""Writes new files of data, and checks a project with files that are not written yet."""

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from ddms_compile.cli.context import Context, sources_of
from ddms_compile.diagnostics import Diagnostic, DiagnosticError, Severity
from ddms_compile.load.discover import ENVIRONMENTS, PROJECT_FILE
from ddms_compile.write.refusals import cannot_write


def refuse_taken(root: Path, files: Iterable[str]) -> None:
    """Raises DiagnosticError (DDMS541) when one of the files exists, be it as a dangling link."""
    taken = [path for path in files if (root / path).exists() or (root / path).is_symlink()]
    if taken:
        raise DiagnosticError(*(_taken(path) for path in taken))


def create(context: Context, root: Path, files: Mapping[str, str]) -> None:
    """Writes the files; none of them when one exists.

    Raises DiagnosticError: DDMS541 when a file exists, DDMS505 when one cannot be written.
    """
    refuse_taken(root, files)
    for path, text in files.items():
        try:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            with (root / path).open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
        except OSError as error:
            raise DiagnosticError(cannot_write(path, error)) from error
        context.say(f"create {path}")


def check_with(context: Context, root: Path, files: Mapping[str, str]) -> int:
    """Checks the project as it would be with `files`, in a temporary folder; reports errors; returns the exit code."""
    from ddms_compile import pipeline

    with tempfile.TemporaryDirectory(prefix="ddms-compile-") as folder:
        trial = Path(folder)
        (trial / ENVIRONMENTS).mkdir()
        for path, text in (_inputs(root) | dict(files)).items():
            (trial / path).write_text(text, encoding="utf-8", newline="\n")
        checked = pipeline.check(context.request(trial, ()))
    errors = [d for d in checked.diagnostics if d.severity is Severity.ERROR]
    return context.report(errors, sources_of(checked))


def _inputs(root: Path) -> dict[str, str]:
    """The project's own files, as `load` reads them."""
    from ddms_compile.load.project import load_project

    if not (root / PROJECT_FILE).is_file():
        return {}
    project, _problems = load_project(root)
    return {path: text for path, text in project.sources.items() if not path.startswith("ddms-compile:")}


def _taken(path: str) -> Diagnostic:
    return Diagnostic(
        code="DDMS541",
        severity=Severity.ERROR,
        message=f"{path} exists already",
        notes=("nothing was written",),
        help=("choose another name, or delete the file if nothing needs it",),
    )
