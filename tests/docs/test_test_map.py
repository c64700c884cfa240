"""Every module has an obvious test file: by its name, or by a row of the table in tests/README.md."""

import re
from fnmatch import fnmatch
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
PACKAGE = TESTS.parent / "src" / "ddms_compile"

MODULES = sorted(str(file.relative_to(PACKAGE)) for file in PACKAGE.rglob("*.py") if file.name != "__init__.py")
BY_NAME = {module for module in MODULES if (TESTS / "unit" / module).with_name(f"test_{Path(module).name}").exists()}
BEFORE, TABLE = (TESTS / "README.md").read_text(encoding="utf-8").split("## Where is the test of a module?")
STORIES = [
    tuple(line.split("|")[1:3])
    for line in BEFORE.split("## Where is the test of a story?")[1].splitlines()
    if line.startswith("| ") and line != "| story | tests |"
]
ROWS = [
    tuple(re.findall(r"`([^`]+)`", cell) for cell in line.split("|")[1:3])
    for line in TABLE.splitlines()
    if line.startswith("| `")
]
PATTERNS = [pattern for patterns, _tests in ROWS for pattern in patterns]


def _matches(module: str, pattern: str) -> bool:
    """A star stays in one folder."""
    return fnmatch(module, pattern) and module.count("/") == pattern.count("/")


def test_every_module_has_a_test() -> None:
    lacking = [
        module
        for module in MODULES
        if module not in BY_NAME and not any(_matches(module, pattern) for pattern in PATTERNS)
    ]
    assert lacking == [], "add tests/unit/<folder>/test_<module>.py, or a row to tests/README.md"


def test_every_row_is_needed() -> None:
    """A module with a test of its name, and one that is gone, has no row."""
    rest = [module for module in MODULES if module not in BY_NAME]
    assert [pattern for pattern in PATTERNS if not any(_matches(module, pattern) for module in rest)] == []
    assert len(PATTERNS) == len(set(PATTERNS))


def test_the_tests_of_every_row_exist() -> None:
    assert ROWS and [test for _patterns, tests in ROWS for test in tests if not (TESTS / test).is_file()] == []
    assert all(tests for _patterns, tests in ROWS)


@pytest.mark.parametrize(("story", "tests"), STORIES)
def test_every_story_has_tests_that_exist(story: str, tests: str) -> None:
    """A file, or a file and tests in it."""
    parts = [re.findall(r"`([^`]+)`", part) for part in tests.split(";")]
    assert story.strip() and all(parts)
    for names in parts:
        files = [name for name in names if name.endswith(".py")]
        texts = [(TESTS / file).read_text(encoding="utf-8") for file in files]
        wanted = [name for name in names if name not in files]
        assert texts and all(f"def {name}(" in text for name in wanted for text in texts)
