"""`ddms-compile check`: find every problem in the TOML, and undeclared generated files, without compiling."""

from argparse import ArgumentParser, Namespace

from ddms_compile.cli.context import Context, sources_of
from ddms_compile.cli.exits import OK

PATH = ("check",)
SUMMARY = "Validate ddms.toml, environments/*.toml and the files under generated/; write nothing"


def add_arguments(parser: ArgumentParser) -> None:
    """`[ENV…]`."""
    parser.add_argument("environments", nargs="*", metavar="ENV", help="environments to check (default: all)")


def run(context: Context, options: Namespace) -> int:
    """Report the diagnostics, or the number of valid environments."""
    from ddms_compile.pipeline import compile as pipeline
    from ddms_compile.write import undeclared

    root = context.root()
    checked = pipeline.check(context.request(root, options.environments))
    code = context.report((*checked.diagnostics, *undeclared(root)), sources_of(checked))
    if code == OK:
        count = len(checked.specs)
        context.say(f"{count} {'environment is' if count == 1 else 'environments are'} valid{context.took()}")
    return code
