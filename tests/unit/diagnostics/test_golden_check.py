"""What a user sees when the files are in order and what they say is not: the cases of DDMS1nn to DDMS4nn."""

from datetime import date
from pathlib import Path

import pytest

from ddms_compile.diagnostics.render import FORMATS
from ddms_compile.pipeline.compile import check
from ddms_compile.pipeline.request import Request
from diagnostics.golden_case import BASE, Case, cases, verify

CASES = [case for case in cases() if case.code[4] in "1234" and case.command[0] == "check"]


def rendered(root: Path, case: Case) -> str:
    request = Request(root=root, environments=case.command[1:], today=case.today, cache_dir=root / "unused")
    checked = check(request)
    return FORMATS["plain"](checked.diagnostics, checked.project.sources if checked.project else {})


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_message_is_exactly_the_expected_one(case: Case, tmp_path: Path) -> None:
    verify(case, tmp_path, lambda root, _: rendered(root, case))


def test_the_project_under_every_case_is_sound() -> None:
    request = Request(root=BASE, today=date(2026, 1, 15), cache_dir=BASE / "unused")
    assert check(request).diagnostics == ()
