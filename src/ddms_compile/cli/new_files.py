"""Write new TOML files, and check a project with files that are not written yet."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from ddms_compile.cli.context import Context, sources_of
from ddms_compile.diagnostics import Diagnostic, DiagnosticError, Severity
from ddms_compile.disk import door
from ddms_compile.disk.private import temporary
from ddms_compile.load.discover import PROJECT_FILE
from ddms_compile.write.refusals import cannot_write


def refuse_taken(root: Path, files: Iterable[str]) -> None:
    """Raise DiagnosticError (DDMS541) when one of the files exists, even as a dangling link."""
    taken = [path for path in files if is_there(root, path)]
    if taken:
        raise DiagnosticError(*(_taken(path) for path in taken))


def create(context: Context, root: Path, files: Mapping[str, str]) -> None:
    """Write the files; none of them when one exists.

    Raises DiagnosticError: DDMS541 when a file exists, DDMS505 when one cannot be written.
    """
    refuse_taken(root, files)
    for path, text in files.items():
        try:
            door.create(root, path, text.encode())
        except OSError as error:
            raise DiagnosticError(cannot_write(path, error)) from error
        context.say(f"create {path}")


def check_with(context: Context, root: Path, files: Mapping[str, str]) -> int:
    """Check the project with `files` added, in a temporary folder; report errors; return the exit code."""
    from ddms_compile.pipeline import compile as pipeline

    with temporary() as trial:
        for path, text in (_inputs(root) | dict(files)).items():
            door.write(trial, path, text.encode())
        checked = pipeline.check(context.request(trial, ()))
    errors = [d for d in checked.diagnostics if d.severity is Severity.ERROR]
    return context.report(errors, sources_of(checked))


def _inputs(root: Path) -> dict[str, str]:
    """Return the project's TOML files by path."""
    from ddms_compile.load.project import load_project

    if not is_there(root, PROJECT_FILE):
        return {}
    project, _problems = load_project(root)
    return {path: text for path, text in project.sources.items() if not path.startswith("ddms-compile:")}


def is_there(root: Path, path: str) -> bool:
    """Return whether the path exists, of any kind. Raises DiagnosticError (DDMS505)."""
    try:
        return door.kind(root, path) is not None
    except OSError as error:
        raise DiagnosticError(cannot_write(path, error)) from error


def _taken(path: str) -> Diagnostic:
    return Diagnostic(
        code="DDMS541",
        severity=Severity.ERROR,
        message=f"{path} exists already",
        notes=("nothing was written",),
        help=("choose another name, or delete the file if nothing needs it",),
    )
