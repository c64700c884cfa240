"""What a message says to add can be added as it stands, and helps."""

from pathlib import Path

import pytest

from ddms_compile.pipeline.compile import check
from ddms_compile.pipeline.request import Request
from diagnostics.golden_case import Case, cases, lay_out

WAIVED = [case for case in cases() if case.code.startswith("DDMS3") and case.code < "DDMS390"]


@pytest.mark.parametrize("case", WAIVED, ids=lambda case: case.name)
def test_the_waiver_that_is_advised_covers_the_error(case: Case, tmp_path: Path) -> None:
    """With the lines of the advice at the end of the file that it names, the same check finds nothing of the code."""
    root = lay_out(case, tmp_path)
    request = Request(root=root, today=case.today, cache_dir=tmp_path / "unused")
    found = [each for each in check(request).diagnostics if each.code == case.code]
    advice = found[0].help[-1]
    head, _, lines = advice.partition("\n")
    file = root / head.rpartition(" ")[2].rstrip(":")
    file.write_text(f"{file.read_text('utf-8')}\n{lines}\n", "utf-8")
    after = check(request).diagnostics
    assert [each for each in after if each.code == case.code and each.help[-1] == advice] == []
    assert not any(each.code.startswith("DDMS1") for each in after)
