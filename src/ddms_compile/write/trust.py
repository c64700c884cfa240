"""Trust in the working folder, checked before its use."""

from pathlib import Path

from ddms_compile.diagnostics import DiagnosticError
from ddms_compile.disk.working import STATE, distrust
from ddms_compile.write import refusals


def refuse_strange_state(root: Path) -> None:
    """Raise DiagnosticError: DDMS510 when git tracks it, DDMS511 when no build created it, DDMS505."""
    try:
        found = distrust(root)
    except OSError as error:
        raise DiagnosticError(refusals.cannot_read(STATE, error)) from error
    if found is not None:
        refused = refusals.tracked_state if found.tracked else refusals.strange_state
        raise DiagnosticError(refused(found.path, found.reason))
