"""The shipped project, and projects that differ from it."""

import datetime
import functools
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from ddms_compile.cdktf.session import Session
from ddms_compile.emitter import Inputs
from ddms_compile.load import load_project
from ddms_compile.provenance.artifact import Artifact
from ddms_compile.resolve import resolve_all
from ddms_compile.spec import EnvironmentSpec
from example_project import DATA

ROOT = Path(__file__).parents[3]
Specs = dict[str, EnvironmentSpec]


@functools.cache
def _trees() -> Mapping[str, Any]:
    project, problems = load_project(DATA)
    assert not problems
    return {name: layered.tree for name, layered in project.environments.items()}


def specs() -> Specs:
    """Those of the shipped environments."""
    return {name: EnvironmentSpec.model_validate(tree) for name, tree in _trees().items()}


def changed(spec: EnvironmentSpec, **changes: Any) -> EnvironmentSpec:
    """The spec with other values, `ci__auth="access-keys"`, as valid as before: the models look at it again."""
    return EnvironmentSpec.model_validate(_replaced(spec, changes).model_dump(by_alias=True))


def forced(spec: EnvironmentSpec, **changes: Any) -> EnvironmentSpec:
    """The same without asking the models: what would be refused must still do no harm."""
    return _replaced(spec, changes)


def _replaced(spec: EnvironmentSpec, changes: Mapping[str, Any]) -> EnvironmentSpec:
    for path, value in changes.items():
        spec = _put(spec, path.split("__"), value)
    return spec


def _put(model: Any, path: list[str], value: Any) -> Any:
    name, *rest = path
    if isinstance(model, BaseModel):
        return model.model_copy(update={name: _put(getattr(model, name), rest, value) if rest else value})
    return {**model, name: _put(model[name], rest, value) if rest else value}


def emitted(emit: Callable[[Inputs], Iterable[Artifact]], of: Mapping[str, EnvironmentSpec]) -> dict[str, Artifact]:
    """What an emitter makes of the environments, by path."""
    inputs = Inputs(
        environments=resolve_all(of),
        wanted=tuple(of),
        root=ROOT,
        today=datetime.date(2026, 11, 23),
        cdktf=Session(cache_dir=ROOT / ".cache"),
    )
    return {artifact.path: artifact for artifact in emit(inputs)}
