"""`ddms-compile env new`: create an environment as a copy of another one."""

import json
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from ddms_compile.cli.context import Context
from ddms_compile.cli.exits import OK
from ddms_compile.cli.new_files import check_with, create
from ddms_compile.cli.usage import UsageError
from ddms_compile.diagnostics import DiagnosticError, Key
from ddms_compile.diagnostics.keys import dotted

if TYPE_CHECKING:
    from ddms_compile.scaffold.environment import Edit

PATH = ("env", "new")
SUMMARY = "Create an environment as a copy of another one, with a domain and addresses of its own"

OVERRIDES: dict[str, Key] = {
    "tier": ("tier",),
    "domain": ("dns", "root_domain"),
    "cidr": ("network", "cidr"),
    "account": ("aws", "account"),
    "region": ("aws", "region"),
}
"""Options and the keys that they set."""


def add_arguments(parser: ArgumentParser) -> None:
    """`NAME --from ENV`, and options for the keys that differ."""
    parser.add_argument("name", metavar="NAME", help="the new environment, such as qa")
    parser.add_argument("--from", dest="original", metavar="ENV", required=True, help="the environment to copy")
    for option, key in OVERRIDES.items():
        parser.add_argument(f"--{option}", metavar=option.upper(), help=f"value of {dotted(key)}")


def run(context: Context, options: Namespace) -> int:
    """Copy the text, change the keys that must differ, write the file, and report remaining problems."""
    from ddms_compile.load.discover import ENVIRONMENTS, name_problem
    from ddms_compile.load.project import load_project, unknown_environments
    from ddms_compile.scaffold.edit import CannotEditError
    from ddms_compile.scaffold.environment import copied, differences

    root = context.root()
    problem = name_problem(options.name)
    if problem is not None:
        raise DiagnosticError(problem)
    project, problems = load_project(root)
    original = project.environments.get(options.original)
    if original is None:
        raise DiagnosticError(*(unknown_environments(project, [options.original]) or problems))
    given = {key: getattr(options, option) for option, key in OVERRIDES.items() if getattr(options, option)}
    edits = differences(options.name, original, project.environments, given)
    try:
        text = copied(original.layers[-1].source.text, edits)
    except CannotEditError as error:
        raise UsageError(
            f"cannot change {dotted(error.key)} in a copy of {options.original}: copy the file and edit it by hand"
        ) from None
    create(context, root, {f"{ENVIRONMENTS}/{options.name}.toml": text})
    context.say("\n".join((f"it differs from {options.original} in:", *(f"  {_line(edit)}" for edit in edits))))
    code = check_with(context, root, {})
    context.say(
        "next: `ddms-compile build`" if code == OK else "next: fix the problems above, then `ddms-compile build`"
    )
    return code


def _line(edit: "Edit") -> str:
    return f"{dotted(edit.key)} = {json.dumps(edit.value, ensure_ascii=False)}"
