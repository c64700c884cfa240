"""What a user sees when a project's files are wrong."""

from pathlib import Path

import pytest

from ddms_compile.diagnostics import codes, in_order
from ddms_compile.diagnostics.render import FORMATS
from ddms_compile.load import load_project, unknown_environments
from diagnostics.golden_case import Case, cases, verify

FILES = [case for case in cases() if case.code.startswith("DDMS0")]


def rendered(root: Path, command: tuple[str, ...]) -> str:
    project, problems = load_project(root)
    unknown = unknown_environments(project, command[1:])
    return FORMATS["plain"](in_order([*problems, *unknown]), project.sources)


@pytest.mark.parametrize("case", FILES, ids=lambda case: case.name)
def test_message_is_exactly_the_expected_one(case: Case, tmp_path: Path) -> None:
    verify(case, tmp_path, rendered)


def test_every_code_about_files_has_a_golden_case() -> None:
    about_files = {code for code in codes.all_codes() if code.startswith("DDMS0")}
    assert about_files == {case.code for case in FILES}
