"""Discover the files of a project: ddms.toml, and environments/<name>.toml for each environment."""

import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from ddms_compile.diagnostics import Diagnostic, Severity
from ddms_compile.diagnostics.nearest import nearest
from ddms_compile.disk import door
from ddms_compile.disk.inputs import input_kind, input_names
from ddms_compile.load.source import file_problem

PROJECT_FILE = "ddms.toml"
ENVIRONMENTS = "environments"
_NAME = re.compile(r"(?!.*--)[a-z](?:[a-z0-9-]{0,14}[a-z0-9])?")
_SUFFIX = ".toml"
CHARTS = "helm"
RESERVED = ("bootstrap", "charts", "ci", "images", "schema")
"""Folders of generated/ that belong to no environment, and so are no names for one."""


def missing_project(root: Path) -> Diagnostic | None:
    """Return an error when `root` has no ddms.toml; the caller searches the parent directories."""
    with suppress(OSError):
        if door.kind(root, PROJECT_FILE) is not None:
            return None
    if not root.is_dir():
        return _nowhere("DDMS005", f"there is no directory {root}", ())
    return _nowhere("DDMS005", f"there is no {PROJECT_FILE} in this directory", (_what_to_do(root),))


def _what_to_do(root: Path) -> str:
    try:
        names = [name for name, kind in door.names(root, "") if kind is door.FileKind.FILE]
    except OSError:
        names = []
    close = nearest(PROJECT_FILE, names)
    if close is not None:
        return f"found {close}; the name must be {PROJECT_FILE}"
    return f"run in a directory that contains {PROJECT_FILE}, or below one, or name the directory with `-C DIR`"


def environment_files(root: Path) -> tuple[dict[str, str], list[Diagnostic]]:
    """Return the path of each environment's file by its name, sorted, and problems of the names.

    Only `*.toml` without a leading dot counts: hidden files belong to editors and git.
    """
    try:
        names = [name for name, _kind in input_names(root, ENVIRONMENTS)]
    except OSError as error:
        return {}, [_no_folder(error)]
    files = [name for name in names if name.lower().endswith(_SUFFIX) and not name.startswith(".")]
    if not files:
        return {}, [_no_environments(f"the project has no environment: no file {ENVIRONMENTS}/<name>.toml")]
    folded: dict[str, list[str]] = {}
    for name in files:
        folded.setdefault(name.lower(), []).append(name)
    good = {}
    problems = []
    for name in files:
        stem = name[: -len(_SUFFIX)]
        problem = _bad_name(name, stem, folded)
        if problem is None:
            good[stem] = f"{ENVIRONMENTS}/{name}"
        else:
            problems.append(problem)
    return good, problems


def own_charts(root: Path) -> frozenset[str]:
    """Return the names of the folders `helm/<name>/` that hold a Chart.yaml."""
    found = set()
    with suppress(OSError):
        for name, _kind in input_names(root, CHARTS):
            with suppress(OSError):
                if input_kind(root, f"{CHARTS}/{name}/Chart.yaml") is door.FileKind.FILE:
                    found.add(name)
    return frozenset(found)


def name_problem(name: str) -> Diagnostic | None:
    """Return the problem with `name` as an environment's name; None when it is valid."""
    return _bad_name(f"{name}{_SUFFIX}", name, {})


def _bad_name(name: str, stem: str, files: Mapping[str, list[str]]) -> Diagnostic | None:
    """Return the problem with a file's name. `files`: those of the folder, by their names in lower case."""
    if name.endswith(_SUFFIX) and stem in RESERVED:
        return file_problem(
            "DDMS008",
            f"{ENVIRONMENTS}/{name}",
            f"`{stem}` is a reserved environment name",
            notes=(f"generated/{stem}/ contains files of the whole project",),
            help=("rename the file",),
        )
    if _NAME.fullmatch(stem) and name.endswith(_SUFFIX):
        return None
    path = f"{ENVIRONMENTS}/{name}"
    same = [other for other in files.get(name.lower(), ()) if other != name]
    notes = tuple(f"{ENVIRONMENTS}/{other} has the same name except for case" for other in same)
    rule = (
        "a file is NAME.toml; NAME has 1 to 16 characters: lowercase letters a to "
        "z, digits and single hyphens; it starts with a letter and does not end "
        "with a hyphen"
    )
    better = re.sub(r"[^a-z0-9]+", "-", stem.lower())[:16].strip("-").lstrip("0123456789-")
    if better and (example := f"{better}{_SUFFIX}") not in files.get(example, ()):
        rule += f"; for example {example}"
    return file_problem(
        "DDMS008", path, f"{path} is not a valid file name for an environment", notes=notes, help=(rule,)
    )


def _no_folder(error: OSError) -> Diagnostic:
    if isinstance(error, FileNotFoundError):
        return _no_environments(f"there is no directory {ENVIRONMENTS}")
    if isinstance(error, door.Refused) and error.kind is door.FileKind.FILE:
        return _no_environments(f"{ENVIRONMENTS} is not a directory")
    return _nowhere("DDMS001", f"cannot read the directory {ENVIRONMENTS}: {error.strerror or error}", ())


def _no_environments(message: str) -> Diagnostic:
    advice = f'create one: a file {ENVIRONMENTS}/prod.toml that starts with tier = "production"'
    return _nowhere("DDMS006", message, (advice,))


def _nowhere(code: str, message: str, help: tuple[str, ...]) -> Diagnostic:
    return Diagnostic(code=code, severity=Severity.ERROR, message=message, help=help)
