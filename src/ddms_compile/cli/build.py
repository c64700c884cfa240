"""`ddms-compile build`: compile and write, or with --check compare."""

from argparse import ArgumentParser, Namespace

from ddms_compile.cli.context import Context
from ddms_compile.cli.exits import OK
from ddms_compile.pipeline.build import Outcome, build, compare
from ddms_compile.write import Plan

PATH = ("build",)
SUMMARY = "Compile the environments and write the generated files"
_LISTED = 20


def add_arguments(parser: ArgumentParser) -> None:
    """`[ENV…] [--check] [--force]`."""
    parser.add_argument("environments", nargs="*", metavar="ENV", help="environments to build (default: all)")
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 with a diff if committed files are outdated"
    )
    parser.add_argument("--force", action="store_true", help="overwrite generated files that were edited by hand")


def run(context: Context, options: Namespace) -> int:
    """Build or compare, report the diagnostics, and print a summary."""
    request = context.request(context.built(), options.environments, force=options.force)
    outcome = compare(request) if options.check else build(request, context.note)
    if outcome.diff and not context.quiet:
        context.progress.stop()
        from ddms_compile.exposure import redact

        context.say(redact(outcome.diff))  # files under generated/ may have been edited and hold secrets
    code = context.report(outcome.diagnostics, outcome.sources)
    if code == OK:
        context.say(_summary(outcome, compared=options.check) + context.took())
    return code


def _summary(outcome: Outcome, *, compared: bool) -> str:
    """Return one line when nothing changed, else the written files."""
    if outcome.plan is None or compared:
        files = outcome.recalled if outcome.plan is None else len(outcome.plan.unchanged)
        return f"{'' if compared else 'nothing to do: '}{files} files are up to date"
    return _written(outcome.plan)


def _written(plan: Plan) -> str:
    """Return the first changed files and the totals."""
    lines = list(plan.summary()[:_LISTED])
    if len(plan.changes) > _LISTED:
        lines.append(f"and {len(plan.changes) - _LISTED} more")
    counts = (
        (len(plan.create), "created"),
        (len(plan.update), "updated"),
        (len(plan.delete), "deleted"),
        (len(plan.unchanged), "unchanged"),
    )
    totals = ", ".join(f"{count} {what}" for count, what in counts if count)
    return "\n".join((*lines, totals or "nothing to write"))
