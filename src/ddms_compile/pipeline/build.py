"""The use case "build": lock, recover, recall, compile, plan, apply. And its twin that writes nothing, "compare"."""

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
    """What a build found and did.

    `sources`: the texts that the diagnostics show. `recalled`: nothing had changed since the last build, which left
    that many files. `plan`: what was written, or for `compare` what would be. `diff`: what `compare` found, as text.
    """

    diagnostics: tuple[Diagnostic, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
    recalled: int | None = None
    plan: Plan | None = None
    diff: str = ""
    artifacts: "tuple[Artifact, ...]" = ()


def build(request: "Request", note: Callable[[str], None]) -> Outcome:
    """Writes what follows from the inputs. The lock is held from the first read to the last write.

    `note` receives sentences about the work itself. Raises DiagnosticError when nothing could be read or locked.
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

        # An input that was edited while we compiled may or may not be in the output: do not call it built.
        if before is not None and before == _fingerprint(request):
            save_trace(request.root, before.key, outcome.artifacts)
            remember(request.root, before, request.environments, outcome.diagnostics, outcome.sources)
    return outcome


def compare(request: "Request") -> Outcome:
    """What a build would write; DDMS503 when that is anything. Takes no lock: it works in a read-only checkout."""
    known = recall(request.root, _fingerprint(request))
    if known is not None:
        return Outcome(diagnostics=known.diagnostics, sources=known.sources, recalled=known.files)
    outcome = _planned(request, replacing=True)
    if outcome.plan is None or outcome.plan.empty:
        return outcome
    finding = stale(outcome.plan.summary(), interrupted=pending(request.root))
    return replace(outcome, diagnostics=(*outcome.diagnostics, finding), diff=outcome.plan.diff())


def _planned(request: "Request", *, replacing: bool = False) -> Outcome:
    """Compiles and plans. No plan: the diagnostics say why. `replacing`: edits by hand are differences, not errors."""
    from ddms_compile.pipeline import compile as pipeline

    # What a build makes lives to its end: garbage collection every few hundred objects finds nothing.
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
