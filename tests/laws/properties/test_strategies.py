"""The strategies draw all that the language has, and nothing that a rule refuses."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from pydantic import BaseModel

from ddms_compile.diagnostics import Severity
from ddms_compile.pipeline.compile import check
from ddms_compile.pipeline.request import Request
from ddms_compile.spec import EnvironmentSpec
from strategies import Project, projects
from strategies.today import TODAY
from strategies.toml_text import without_empty

NUMBER = 60


@pytest.fixture(scope="module")
def drawn() -> list[Project]:
    """Projects with environments of every tier."""
    found: list[Project] = []

    @settings(max_examples=NUMBER, suppress_health_check=list(HealthCheck), database=None)
    @given(projects(tiers=("staging", "production", "local")))
    def collect(project: Project) -> None:
        found.append(project)

    collect()
    return found


def test_every_project_is_valid(drawn: list[Project], tmp_path: Path) -> None:
    """No rule has an error to report, and what is read back from the files is what was drawn."""
    for number, project in enumerate(drawn):
        root = tmp_path / str(number)
        project.write(root)
        checked = check(Request(root=root, today=TODAY, cache_dir=root))
        assert [d for d in checked.diagnostics if d.severity is Severity.ERROR] == []
        assert checked.project is not None
        assert {name: tree.layers[-1].tree for name, tree in checked.project.environments.items()} == {
            name: without_empty(tree) for name, tree in project.environments.items()
        }


def test_every_field_of_every_model_is_drawn_with_more_than_one_value(drawn: list[Project]) -> None:
    """A new field of the language is an error here until a strategy draws it."""
    values: dict[str, set[str]] = {}
    for project in drawn:
        for tree in project.environments.values():
            _record(values, EnvironmentSpec, {**project.shared, **tree})
    assert {field for field in _fields(EnvironmentSpec) if len(values.get(field, ())) < 2} == set()


def _fields(model: type[BaseModel], above: str = "") -> Iterator[str]:
    """The path of each field that is no table."""
    for name, field in model.model_fields.items():
        path = f"{above}{field.alias or name}"
        inner = _table(field.annotation)
        if inner is None:
            yield path
        else:
            yield from _fields(inner, f"{path}{'' if inner is field.annotation else '.*'}.")


def _table(annotation: Any) -> type[BaseModel] | None:
    """The model that an annotation holds, in a table or a list too."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for inner in get_args(annotation) if (found := _table(inner))), None)


def _record(values: dict[str, set[str]], model: type[BaseModel], tree: Any, above: str = "") -> None:
    """Adds what was drawn for each field; a table of the user's naming has `*` for the name."""
    for name, field in model.model_fields.items():
        key = field.alias or name
        inner = _table(field.annotation)
        itself = inner is field.annotation
        if inner is None:
            values.setdefault(f"{above}{key}", set()).add(repr(tree[key]))
        elif itself:
            _record(values, inner, tree[key], f"{above}{key}.")
        else:
            entries = tree[key].values() if isinstance(tree[key], dict) else tree[key]
            for entry in entries:
                _record(values, inner, entry, f"{above}{key}.*.")
