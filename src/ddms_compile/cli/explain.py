"""`ddms-compile explain`: the origin of a generated value, or the values that follow from a key."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

from ddms_compile.cli.context import Context, sources_of
from ddms_compile.cli.exits import OK
from ddms_compile.cli.usage import UsageError

if TYPE_CHECKING:
    from ddms_compile.provenance.artifact import Artifact
    from ddms_compile.provenance.trace import Explanation

PATH = ("explain",)
SUMMARY = "Show which keys a generated value follows from, or which values follow from a key"


def add_arguments(parser: ArgumentParser) -> None:
    """`ENV TARGET`."""
    parser.add_argument("environment", metavar="ENV", help="an environment")
    parser.add_argument(
        "target",
        metavar="TARGET",
        help=(
            "a key (postgres.multi_az), or a path in a generated file "
            "(aws_db_instance.postgres.multi_az, helm/values.yaml:backend.replicas)"
        ),
    )


def run(context: Context, options: Namespace) -> int:
    """Answer from the trace of the last build when nothing changed since, else compile in memory."""
    from ddms_compile.exposure import redact
    from ddms_compile.pipeline import compile as pipeline
    from ddms_compile.provenance.trace import UnknownTargetError, explain
    from ddms_compile.provenance.trace.render import render_json, render_plain
    from ddms_compile.provenance.trace.store import load_trace
    from ddms_compile.write import fingerprint

    root = context.built()
    request = context.request(root, (options.environment,))
    checked = pipeline.check(request)
    project = checked.project
    if checked.failed or project is None:
        return context.report(checked.diagnostics, sources_of(checked))
    made = fingerprint(root, environments=(), today=context.now.date())
    kept = load_trace(root, made.key) if made else None

    def answer(artifacts: "Iterable[Artifact]") -> "Explanation":
        mine = [artifact for artifact in artifacts if artifact.environment in (None, options.environment)]
        return explain(project, options.environment, options.target, mine)

    try:
        explanation = None
        if kept is not None and kept.answers(options.target):
            with suppress(UnknownTargetError):
                explanation = answer(kept.artifacts)
        if explanation is None:
            explanation = answer(pipeline.compile(request).artifacts)
    except UnknownTargetError as error:
        near = f": did you mean {error.guess}?" if error.guess else ""
        raise UsageError(
            f"{error.target} is neither a key of {options.environment} nor a generated value of it{near}"
        ) from None
    context.out(redact(render_json(explanation) if context.format == "json" else render_plain(explanation)))
    return OK
