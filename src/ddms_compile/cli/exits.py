"""Exit codes, and the exit code of a set of diagnostics."""

from collections.abc import Iterable

from ddms_compile.diagnostics.diagnostic import Diagnostic, Severity

OK = 0
PROBLEMS = 1
"""Errors in the project, or `build --check` found stale files."""
USAGE = 2
"""Wrong arguments."""
TROUBLE = 3
"""I/O or environment error: cannot write, locked, Node does not start."""
INTERNAL = 70
"""Internal error (sysexits.h: EX_SOFTWARE)."""

_OF_THE_MACHINE = {"DDMS504": TROUBLE, "DDMS505": TROUBLE, "DDMS530": TROUBLE, "DDMS901": TROUBLE, "DDMS900": INTERNAL}


def exit_code(diagnostics: Iterable[Diagnostic]) -> int:
    """Return the highest exit code of the errors; 0 without errors, whatever the warnings and notes."""
    errors = (d for d in diagnostics if d.severity is Severity.ERROR)
    return max((_OF_THE_MACHINE.get(d.code, PROBLEMS) for d in errors), default=OK)
