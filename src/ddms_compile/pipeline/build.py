"""The use case "build": lock, recover, recall, compile, plan, apply; and "compare", which writes nothing."""

import gc
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from ddms_compile.pipeline.request import Request
    from ddms_compile.provenance.artifact import Artifact


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The result of a build.

    `sources`: the texts that the diagnostics quote. `recalled`: the number of files of the last build, when nothing
    changed since. `plan`: what was written, or for `compare` would be. `diff`: the differences found by `compare`.
    """

    diagnostics: tuple[Diagnostic, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
    recalled: int | None = None
    plan: Plan | None = None
    diff: str = ""
    artifacts: "tuple[Artifact, ...]" = ()


def build(request: "Request", note: Callable[[str], None]) -> Outcome:
    """Compile and write. Holds the lock from the first read to the last write.

    `note` receives notes about the run. Raises DiagnosticError when inputs cannot be read or the lock not taken.
    """
    with locked(request.root, notice=note):
        if recover(request.root):
            note("completed an interrupted build")
        before = _fingerprint(request)
        known = recall(request.root, before)
        if known is not None:
            return Outcome(diagnostics=known.diagnostics, sources=known.sources, recalled=known.files)
        outcome = _planned(request)
        if outcome.plan is None:
            return outcome
        try:
            apply(outcome.plan)
        except DiagnosticError as error:
            return replace(outcome, plan=None, diagnostics=(*outcome.diagnostics, *error.diagnostics))
        from ddms_compile.provenance.trace.store import save_trace

        # An input that was edited during the compilation may not be in the output: do not record the build.
        if before is not None and before == _fingerprint(request):
            save_trace(request.root, before.key, outcome.artifacts)
            remember(request.root, before, request.environments, outcome.diagnostics, outcome.sources)
    return outcome


def compare(request: "Request") -> Outcome:
    """Return what a build would write, with DDMS503 when that is anything. Takes no lock, for read-only checkouts."""
    known = recall(request.root, _fingerprint(request))
    if known is not None:
        return Outcome(diagnostics=known.diagnostics, sources=known.sources, recalled=known.files)
    outcome = _planned(request, replacing=True)
    if outcome.plan is None or outcome.plan.empty:
        return outcome
    finding = stale(outcome.plan.summary(), interrupted=pending(request.root))
    return replace(outcome, diagnostics=(*outcome.diagnostics, finding), diff=outcome.plan.diff())


def _planned(request: "Request", *, replacing: bool = False) -> Outcome:
    """Compile and plan. Without a plan there are errors. `replacing`: manual edits are differences, not errors."""
    from ddms_compile.pipeline import compile as pipeline

    # Objects live until the end of the build: frequent garbage collection finds nothing.
    gc.set_threshold(100_000, 50, 50)
    compiled = pipeline.compile(request)
    checked = compiled.checked
    sources = {} if checked.project is None else checked.project.sources
    outcome = Outcome(diagnostics=checked.diagnostics, sources=sources, artifacts=compiled.artifacts)
    if checked.failed:
        return outcome
    request.progress("comparing and writing files")
    wanted = frozenset(request.environments) or None
    try:
        todo = plan(request.root, compiled.artifacts, environments=wanted, force=request.force or replacing)
        unknown = undeclared(request.root, (artifact.path for artifact in compiled.artifacts))
    except DiagnosticError as error:
        return replace(outcome, diagnostics=(*outcome.diagnostics, *error.diagnostics))
    conflicts = (*todo.conflicts, *unknown)
    if conflicts:
        return replace(outcome, diagnostics=(*outcome.diagnostics, *conflicts))
    return replace(outcome, plan=todo)


def _fingerprint(request: "Request") -> Fingerprint | None:
    return fingerprint(request.root, environments=request.environments, today=request.today)
