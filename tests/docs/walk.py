"""Reads a page as its reader does: applies each edit, runs each command, and holds what follows against the page."""

import re
import shutil
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from docs import edit, effect
from docs.markdown import Part, parts, replaced
from docs.program import Shell
from docs.reference import toml

from example_project import built

ROOT = Path(__file__).parents[2]
CUT = "..."
"""A line of this alone stands for lines of output that are left out."""


def copied(target: Path) -> Path:
    """A copy of the example project, as it is committed."""
    ignored = shutil.ignore_patterns(".ddms-compile")
    shutil.copytree(built(), target, ignore=ignored, dirs_exist_ok=True)
    return target


def walked(page: Path, project: Path) -> str:
    """The page as it must be: each output and diff as the program makes it in `project`, which is changed.

    Copies are made beside the project.
    """
    tmp = project.parent
    text = page.read_text("utf-8")
    shell = Shell(project)
    bodies: dict[tuple[int, int], str] = {}
    before: Path | None = None
    for part in parts(text):
        match part.language:
            case "console":
                bodies[part.span] = _console(part, shell)
            case "diff":
                before = before or _kept(shell.folder, tmp / "before")
                edit.apply(part.body, shell.folder)
            case "effect":
                before = before or _kept(shell.folder, tmp / "before")
                refused = shell.run("ddms-compile -q build")
                assert refused == "", f"line {part.line}: {refused}"
                bodies[part.span] = effect.described(effect.changes(before, shell.folder), part.options)
            case "sh":
                for path in re.findall(r"\bgenerated/[\w./-]+\w", part.body):
                    made = re.sub(r"/\.env$", "/.env.example", path)
                    assert (shell.folder / made).exists(), f"line {part.line}: {path} is not generated"
            case "toml":
                _check_toml(part, shell.folder, tmp / "trial")
    return replaced(text, bodies)


def _kept(project: Path, target: Path) -> Path:
    return Path(shutil.copytree(project, target, dirs_exist_ok=True))


def _console(part: Part, shell: Shell) -> str:
    """Each command with its output; where the page leaves lines out, as many are kept before and after."""
    found = re.split(r"^\$ (.*(?:\\\n.*)*)\n", part.body, flags=re.MULTILINE)
    assert found[0] == "", f"line {part.line}: a console block starts with a command after `$ `"
    text = ""
    for command, shown in zip(found[1::2], found[2::2], strict=True):
        output = shell.run(command.replace("\\\n", " "))
        text += f"$ {command}\n{folded(output, shown)}"
    return text


def folded(output: str, shown: str) -> str:
    lines = [line.rstrip() for line in output.splitlines()]
    if CUT in shown.splitlines():
        head = shown.splitlines().index(CUT)
        tail = len(shown.splitlines()) - head - 1
        if len(lines) > head + tail + 1:
            lines = [*lines[:head], CUT, *lines[len(lines) - tail :]]
    return "".join(f"{line}\n" for line in lines)


def _check_toml(part: Part, root: Path, trial: Path) -> None:
    """A snippet names its file in its first line, and over that file it makes a valid project."""
    head = re.match(r"# ((?:environments/)?[a-z0-9-]+\.toml)", part.body)
    assert head, f"line {part.line}: the first line of a TOML block names its file: `# environments/prod.toml`"
    shutil.rmtree(trial, ignore_errors=True)
    path = _kept(root, trial) / head[1]
    under = tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}
    path.write_text(dumped(merged(under, tomllib.loads(part.body))), "utf-8")
    said = Shell(trial).run("ddms-compile -q check")
    assert said == "", f"line {part.line}: {said}"


def merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Tables merge, everything else is replaced."""
    both = {key: merged(under[key], over[key]) for key in over if _tables(under.get(key), over[key])}
    return {**under, **over, **both}


def _tables(*values: object) -> bool:
    return all(isinstance(value, Mapping) for value in values)


def dumped(tree: Mapping[str, Any]) -> str:
    """TOML of a tree: one inline value for each key of the top."""
    return "".join(f"{key} = {toml(value)}\n" for key, value in tree.items())
