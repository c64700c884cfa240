"""What a user sees when a build would lose something or cannot be made: DDMS6nn and DDMS7nn arise after the check."""

import shutil
from pathlib import Path

import pytest

from ddms_compile.diagnostics.render import FORMATS
from ddms_compile.pipeline.compile import compile
from ddms_compile.pipeline.forget import forget
from ddms_compile.pipeline.request import Request
from diagnostics.golden_case import Case, cases, verify

CASES = [case for case in cases() if case.code[4] in "67" or case.command[0] in ("build", "forget")]


@pytest.fixture(scope="module")
def bindings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cache of CDKTF's classes."""
    return tmp_path_factory.mktemp("bindings")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_message_of_a_build_is_exactly_the_expected_one(case: Case, tmp_path: Path, bindings: Path) -> None:
    def rendered(root: Path, command: tuple[str, ...]) -> str:
        if command[0] == "forget":
            gone = forget(Request(root=root, environments=command[1:], today=case.today, cache_dir=bindings), print)
            return FORMATS["plain"](gone.diagnostics, gone.sources)
        assert command[0] == "build"
        shutil.copytree(Path(__file__).parents[3] / "helm", root / "helm", dirs_exist_ok=True)
        compiled = compile(Request(root=root, environments=command[1:], today=case.today, cache_dir=bindings))
        checked = compiled.checked
        assert checked.failed is (compiled.artifacts == ())
        return FORMATS["plain"](checked.diagnostics, checked.project.sources if checked.project else {})

    verify(case, tmp_path, rendered)
