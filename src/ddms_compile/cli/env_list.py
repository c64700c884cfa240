"""`ddms-compile env list`: the environments of a project."""

from argparse import ArgumentParser, Namespace

from ddms_compile.cli.context import Context
from ddms_compile.cli.exits import OK

PATH = ("env", "list")
SUMMARY = "List the environments and their tiers."


def add_arguments(parser: ArgumentParser) -> None:
    """Nothing of its own."""


def run(context: Context, _options: Namespace) -> int:
    """One line per environment: name and tier. Problems of the files are reported beside the list."""
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
