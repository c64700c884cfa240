"""`ddms-compile forget`: begin a fork without the ledgers and generated files of the project that it comes from."""

from argparse import ArgumentParser, Namespace

from ddms_compile.cli.context import Context
from ddms_compile.cli.exits import OK

PATH = ("forget",)
SUMMARY = "Delete the ledgers and generated files of another project that this one was forked from."


def add_arguments(parser: ArgumentParser) -> None:
    """`[ENV…]`."""
    parser.add_argument(
        "environments", nargs="*", metavar="ENV", help="each environment of that project that holds data"
    )


def run(context: Context, options: Namespace) -> int:
    """Delete, and print how many files went. Resources in AWS stay as they are."""
    from ddms_compile.pipeline.forget import forget  # it reads ledgers, which a build that is up to date does not

    outcome = forget(context.request(context.built(), options.environments), context.note)
    code = context.report(outcome.diagnostics, outcome.sources)
    if code == OK and outcome.plan is not None:
        count = len(outcome.plan.delete)
        context.say(f"{count} files deleted; ddms.toml, environments/ and charts are as they were")
        context.say("next: `ddms-compile build`, and read the diff")
    return code
