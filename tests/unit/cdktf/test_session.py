"""What a user sees when CDKTF cannot be started: DDMS901, word for word."""

import datetime
from pathlib import Path
from typing import Any

import pytest

from ddms_compile.cdktf import BindingError
from ddms_compile.cli.exits import exit_code
from ddms_compile.diagnostics.render import FORMATS
from ddms_compile.pipeline import compile as pipeline
from ddms_compile.pipeline.request import Request
from example_project import DATA

ROOT = Path(__file__).parents[3]

EXPECTED = """\
error[DDMS901]: CDKTF cannot be started
   = note: the Python package cdktf is not installed
   = help: reinstall it: pip install --force-reinstall ddms-compile; a damaged cache is rebuilt automatically

1 error. For details, run `ddms-compile explain-code DDMS901`.
"""


def test_the_user_sees_what_is_missing_and_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing is compiled, the reason is told, and the exit code says that the machine is the trouble."""

    def load(*_: Any, **__: Any) -> Any:
        raise BindingError("the Python package cdktf is not installed")

    monkeypatch.setattr("ddms_compile.cdktf.session.load", load)
    request = Request(root=DATA, today=datetime.date(2026, 11, 23), cache_dir=tmp_path)
    compiled = pipeline.compile(request)
    errors = [d for d in compiled.checked.diagnostics if d.severity == "error"]
    assert compiled.artifacts == ()
    assert FORMATS["plain"](errors, {}) == EXPECTED
    assert exit_code(tuple(errors)) == 3
