"""`ddms-compile env list`: the environments of a project."""

from argparse import ArgumentParser, Namespace

from ddms_compile.cli.context import Context
from ddms_compile.cli.exits import OK

PATH = ("env", "list")
SUMMARY = "List the environments and their tiers"


def add_arguments(parser: ArgumentParser) -> None:
    """Nothing of its own."""


def run(context: Context, _options: Namespace) -> int:
    """Print name and tier of each environment, and report problems of the files."""
    from ddms_compile.load.project import load_project

    project, diagnostics = load_project(context.root())
    code = context.report(diagnostics, {} if project is None else project.sources)
    environments = {} if project is None else project.environments
    rows = [(name, str(environments[name].tree.get("tier", "?"))) for name in environments]
    if context.format == "json" and code == OK:
        return code
    width = max((len(name) for name, _tier in rows), default=0)
    for name, tier in rows:
        context.out(f"{name:<{width}}  {tier}\n")
    return code
