"""Whatever somebody mistypes in the shipped files, they are told where, and nothing breaks."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ddms_compile.diagnostics.render import FORMATS
from ddms_compile.pipeline.compile import Checked, check
from ddms_compile.pipeline.request import Request
from example_project import DATA

ROOT = Path(__file__).parents[3]
FILES = ("ddms.toml", "environments/local.toml", "environments/prod.toml", "environments/staging.toml")
TODAY = date(2026, 11, 23)
ASSIGNMENTS = tuple(
    (name, number)
    for name in FILES
    for number, line in enumerate((DATA / name).read_text("utf-8").split("\n"))
    if re.match(r"[\w-]+ = |\[", line)
)
"""File and line (from 0) of everything that a user wrote there."""

LITERALS = (
    '""', '"x"', '"10.20.0.0/16"', '"0 0 31 2 *"', '"AKIAIOSFODNN7EXAMPLE"', "0", "-1", "9" * 18, "1.5", "nan", "inf",
    "true", "[]", "[1]", '["a", "a"]', "{}", "{ a = 1 }", "2026-02-28", "10:00:00", "2026-02-28T10:00:00Z",
    '"${aws:x}"', '"é\\u2028"', '"\\u0000"', "[[]]", "[{}]", '[{ key = "a" }]', '"999.1.1.1/8"', '"99999999Ti"',
)  # fmt: skip


def drop(line: str) -> str:
    return ""


def rename(line: str) -> str:
    name, rest = re.match(r"(\[*[\w.-]+)(.*)", line, re.DOTALL).groups()  # type: ignore[union-attr]
    return f"{name[:-1]}{name[-1:] * 2}{rest}"


def quote(line: str) -> str:
    name, equals, value = line.partition(" = ")
    return f'{name}{equals}"{value.strip(chr(34))}"' if equals and value[:1] not in "[{" else line


def replace(literal: str):  # type: ignore[no-untyped-def]
    def edit(line: str) -> str:
        name, equals, _ = line.partition(" = ")
        return f"{name}{equals}{literal}" if equals else line

    return edit


EDITS = st.one_of(st.sampled_from([drop, rename, quote]), st.sampled_from(LITERALS).map(replace))


def checked(folder: Path, edits) -> Checked:  # type: ignore[no-untyped-def]
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "environments").mkdir(parents=True)
    texts = {name: (DATA / name).read_text("utf-8").split("\n") for name in FILES}
    for (name, number), edit in edits:
        if texts[name][number]:
            texts[name][number] = edit(texts[name][number])
    for name, lines in texts.items():
        (folder / name).write_text("\n".join(lines), "utf-8")
    return check(Request(root=folder, today=TODAY, cache_dir=folder / "unused"))


@settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@example(edits=[])
@given(edits=st.lists(st.tuples(st.sampled_from(ASSIGNMENTS), EDITS), max_size=3))
def test_a_near_miss_gives_located_diagnostics_in_every_format(tmp_path: Path, edits) -> None:  # type: ignore[no-untyped-def]
    result = checked(tmp_path / "p", edits)
    sources = result.project.sources if result.project else {}
    for diagnostic in result.diagnostics:
        assert diagnostic.primary is not None, diagnostic
        assert diagnostic.primary.span.path in sources
        assert diagnostic.message
    for render in FORMATS.values():
        text = render(result.diagnostics, sources)
        assert "AKIAIOSFODNN7EXAMPLE" not in text


@pytest.mark.parametrize("literal", LITERALS)
def test_no_value_of_any_key_breaks_the_check(tmp_path: Path, literal: str) -> None:
    for place in ASSIGNMENTS[::3]:
        for diagnostic in checked(tmp_path / "p", [(place, replace(literal))]).diagnostics:
            assert diagnostic.primary is not None, diagnostic


def test_the_shipped_environments_have_no_error_and_no_warning() -> None:
    result = check(Request(root=DATA, today=TODAY, cache_dir=ROOT / "unused"))
    assert [d.code for d in result.diagnostics] == ["DDMS403"]
