"""`ddms-compile init`: create the TOML of a new project."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from pathlib import Path

from ddms_compile import __version__
from ddms_compile.cli.context import Context
from ddms_compile.cli.exits import OK
from ddms_compile.cli.new_files import check_with, create, is_there, refuse_taken
from ddms_compile.cli.usage import UsageError

PATH = ("init",)
SUMMARY = "Create ddms.toml and the environments local and staging"

QUESTIONS: Mapping[str, str] = {
    "name": "project name",
    "repository": "GitHub repository (owner/name)",
    "domain": "domain, such as example.com",
    "account": "AWS account ID (12 digits)",
    "region": "AWS region",
    "email": "email address for certificate notices",
}
"""Required options and their prompts, in the order of asking."""


def add_arguments(parser: ArgumentParser) -> None:
    """One option for each question, and `--yes`."""
    for name, question in QUESTIONS.items():
        parser.add_argument(f"--{name}", metavar=name.upper(), help=question)
    parser.add_argument("--yes", action="store_true", help="do not prompt: use defaults for missing options")


def run(context: Context, options: Namespace) -> int:
    """Prompt for missing options, check the result, and write it when it is valid."""
    from ddms_compile.scaffold.project import Answers, new_project, settings_of_git

    root = Path(context.directory).absolute()
    answers = Answers(**_answers(context, options, root))
    files = dict(new_project(answers, compiler=__version__))
    files |= {path: text for path, text in settings_of_git().items() if not is_there(root, path)}
    refuse_taken(root, files)
    code = check_with(context, root, files)
    if code == OK:
        create(context, root, files)
    if code == OK:
        context.say("next: `ddms-compile build`, then commit")
        context.say("production: `ddms-compile env new prod --from staging --tier production`")
    return code


def _answers(context: Context, options: Namespace, root: Path) -> dict[str, str]:
    ask = not options.yes and sys.stdin is not None and sys.stdin.isatty()
    answers: dict[str, str] = {}
    for name, question in QUESTIONS.items():
        given = getattr(options, name)
        default = _default(name, answers, root)
        if given is None and ask:
            context.out(f"{question}{f' [{default}]' if default else ''}: ")
            sys.stdout.flush()
            given = sys.stdin.readline().strip()
        answers[name] = given or default
    missing = [f"--{name}" for name, answer in answers.items() if not answer]
    if missing:
        raise UsageError(f"init needs {', '.join(missing)}\nusage: see `ddms-compile init --help`")
    return answers


def _default(name: str, answers: Mapping[str, str], root: Path) -> str:
    from ddms_compile.scaffold.project import slug

    match name:
        case "name":
            return slug(root.name)
        case "repository":
            return f"{answers['name']}/{answers['name']}"
        case "region":
            return "eu-west-1"
        case "email":
            return f"ops@{answers['domain']}" if answers["domain"] else ""
    return ""
