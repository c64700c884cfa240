"""Exit codes: the worst error decides."""

import pytest

from ddms_compile.cli.exits import INTERNAL, OK, PROBLEMS, TROUBLE, exit_code
from ddms_compile.diagnostics import Diagnostic, Severity


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ([], OK),
        (["DDMS101"], PROBLEMS),
        (["DDMS101", "DDMS505"], TROUBLE),
        (["DDMS900", "DDMS505", "DDMS101"], INTERNAL),
    ],
)
def test_the_worst_error_decides(codes: list[str], expected: int) -> None:
    assert exit_code(Diagnostic(code=code, severity=Severity.ERROR, message="m") for code in codes) == expected


@pytest.mark.parametrize("severity", [Severity.WARNING, Severity.NOTE])
def test_warnings_and_notes_do_not_fail(severity: Severity) -> None:
    assert exit_code([Diagnostic(code="DDMS900", severity=severity, message="m")]) == OK
