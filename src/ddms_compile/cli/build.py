"""`ddms-compile build`: compiles and writes, or with --check compares."""

import gc
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ddms_compile.artifact import Artifact
from ddms_compile.cli.context import Context, sources_of
from ddms_compile.cli.exits import OK
from ddms_compile.diagnostics.diagnostic import Diagnostic, DiagnosticError
from ddms_compile.write import (
    Fingerprint,
    Plan,
    apply,
    fingerprint,
    locked,
    pending,
    plan,
    recall,
    recover,
    remember,
    undeclared,
)
from ddms_compile.write.refusals import stale

PATH = ("build",)
SUMMARY = "Compile the environments and write the files that follow from them."
_LISTED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a build has to say. `sources`: the texts that the diagnostics show; `diff`: what --check found;

    `artifacts`: what was compiled, for the trace.
    """

    diagnostics: tuple[Diagnostic, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
    summary: str = ""
    diff: str = ""
    artifacts: tuple[Artifact, ...] = ()


def add_arguments(parser: ArgumentParser) -> None:
    """`[ENV…] [--check] [--force]`."""
    parser.add_argument("environments", nargs="*", metavar="ENV", help="environments to build (default: all)")
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 with a diff when committed files are stale"
    )
    parser.add_argument("--force", action="store_true", help="overwrite generated files that were edited by hand")


def run(context: Context, options: Namespace) -> int:
    """Builds, reports once, and says what was done."""
    root = context.built()
    outcome = (_compare if options.check else _build)(context, root, options)
    if outcome.diff and not context.quiet:
        context.progress.stop()
        from ddms_compile.exposure import redact

        context.say(redact(outcome.diff))  # what stands in generated/ may have been written by anybody
    code = context.report(outcome.diagnostics, outcome.sources)
    if code == OK:
        context.say(outcome.summary)
    return code


def _build(context: Context, root: Path, options: Namespace) -> Outcome:
    """The lock is held from the first read to the last write, so two builds never mix."""
    with locked(root, notice=context.note):
        if recover(root):
            context.note("finished a build that was interrupted")
        before = _fingerprint(context, root, options)
        known = recall(root, before)
        if known is not None:
            summary = f"nothing to do: {known.files} files are up to date{context.took()}"
            return Outcome(diagnostics=known.diagnostics, sources=known.sources, summary=summary)
        said, todo = _plan(context, root, options)
        if todo is None:
            return said
        try:
            apply(todo)
        except DiagnosticError as error:
            return Outcome(diagnostics=(*said.diagnostics, *error.diagnostics), sources=said.sources)
        from ddms_compile.trace.store import save_trace

        # An input that was edited while we compiled may or may not be in the output: do not call it built.
        if before is not None and before == _fingerprint(context, root, options):
            save_trace(root, before.key, said.artifacts)
            remember(root, before, options.environments, said.diagnostics, said.sources)
    return Outcome(diagnostics=said.diagnostics, sources=said.sources, summary=_summary(context, todo))


def _compare(context: Context, root: Path, options: Namespace) -> Outcome:
    """Writes nothing, not even a lock: it must work in a checkout that cannot be written."""
    known = recall(root, _fingerprint(context, root, options))
    if known is not None:
        summary = f"{known.files} files are up to date{context.took()}"
        return Outcome(diagnostics=known.diagnostics, sources=known.sources, summary=summary)
    said, todo = _plan(context, root, options)
    if todo is None:
        return said
    if todo.empty:
        summary = f"{len(todo.unchanged)} files are up to date{context.took()}"
        return Outcome(diagnostics=said.diagnostics, sources=said.sources, summary=summary)
    finding = stale(todo.summary(), interrupted=pending(root))
    return Outcome(diagnostics=(*said.diagnostics, finding), sources=said.sources, diff=todo.diff())


def _plan(context: Context, root: Path, options: Namespace) -> tuple[Outcome, Plan | None]:
    """Compiles and plans. No plan: the outcome says why."""
    from ddms_compile import pipeline

    # What a build makes lives to its end: looking for garbage among it every few hundred objects is time lost.
    gc.set_threshold(100_000, 50, 50)
    compiled = pipeline.compile(context.request(root, options.environments, force=options.force))
    said = Outcome(
        diagnostics=compiled.checked.diagnostics,
        sources=sources_of(compiled.checked),
        artifacts=compiled.artifacts,
    )
    if compiled.checked.failed:
        return said, None
    context.progress("comparing and writing files")
    chosen = frozenset(options.environments) or None
    try:
        todo = plan(root, compiled.artifacts, environments=chosen, force=options.force or options.check)
        unknown = undeclared(root, (artifact.path for artifact in compiled.artifacts))
    except DiagnosticError as error:
        return Outcome(diagnostics=(*said.diagnostics, *error.diagnostics), sources=said.sources), None
    conflicts = (*todo.conflicts, *unknown)
    if conflicts:
        return Outcome(diagnostics=(*said.diagnostics, *conflicts), sources=said.sources), None
    return said, todo


def _fingerprint(context: Context, root: Path, options: Namespace) -> Fingerprint | None:
    return fingerprint(root, environments=options.environments, today=context.now.date())


def _summary(context: Context, todo: Plan) -> str:
    """What changed, file by file while that is readable, and the totals."""
    lines = list(todo.summary()[:_LISTED])
    if len(todo.changes) > _LISTED:
        lines.append(f"and {len(todo.changes) - _LISTED} more")
    counts = (
        (len(todo.create), "created"),
        (len(todo.update), "updated"),
        (len(todo.delete), "deleted"),
        (len(todo.unchanged), "unchanged"),
    )
    totals = ", ".join(f"{count} {what}" for count, what in counts if count)
    return "\n".join((*lines, f"{totals or 'nothing to write'}{context.took()}"))
