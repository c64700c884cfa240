"""Laws of the language: every key is documented, typed for editors, and has a value or is asked for."""

import copy
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pydantic import BaseModel, ValidationError

from ddms_compile.load import load_project
from ddms_compile.spec import EnvironmentSpec
from ddms_compile.spec.documentation import field_docs, read_defaults
from ddms_compile.spec.schema import DOCUMENTS, json_schema
from example_project import DATA, built

ROOT = Path(__file__).parents[3]
FILES = [("project", "ddms.toml"), *(("environment", f"environments/{e}.toml") for e in ("local", "staging", "prod"))]


def models(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """A model and all below it."""
    yield model
    for field in model.model_fields.values():
        for candidate in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(candidate, type) and issubclass(candidate, BaseModel):
                yield from models(candidate)


ALL_MODELS = sorted(set(models(EnvironmentSpec)), key=lambda model: model.__qualname__)


@pytest.mark.parametrize("model", [m for m in ALL_MODELS if m.__name__ != "Charts"], ids=lambda model: model.__name__)
def test_every_field_says_what_it_means(model: type[BaseModel]) -> None:
    """A key without an explanation helps nobody who reads the schema in an editor."""
    assert set(field_docs(model)) == set(model.model_fields)


@pytest.mark.parametrize("model", ALL_MODELS, ids=lambda model: model.__name__)
def test_no_model_has_a_default_of_its_own(model: type[BaseModel]) -> None:
    """Defaults are data: a default in code has no line that `explain` could show."""
    assert all(field.is_required() for field in model.model_fields.values())


@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_schema_is_a_schema(document: str) -> None:
    """Editors are given JSON Schema that a validator accepts."""
    jsonschema.Draft202012Validator.check_schema(json_schema(document))


@pytest.mark.parametrize(("document", "path"), FILES)
def test_the_shipped_files_fit_their_schema(document: str, path: str) -> None:
    """What the compiler takes, an editor must not underline."""
    data = tomllib.loads((built() / path).read_text("utf-8"))
    assert list(jsonschema.Draft202012Validator(json_schema(document)).iter_errors(data)) == []


@pytest.mark.parametrize(("document", "path"), FILES)
def test_the_shipped_files_name_their_schema(document: str, path: str) -> None:
    """The `#:schema` line leads to the committed schema of the right document."""
    line = (built() / path).read_text("utf-8").splitlines()[0]
    target = (built() / path).parent / line.removeprefix("#:schema ")
    assert target.resolve() == built() / f"generated/schema/{document}.schema.json"


def tables(tree: dict[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The keys of every table with fixed keys."""
    yield above
    for name, value in tree.items():
        if isinstance(value, dict) and name not in ("tags", "labels", "parameters", "environment", "secrets", "nodes"):
            yield from tables(value, (*above, name))


PROD = load_project(DATA)[0].environments["prod"].tree


@pytest.mark.parametrize("table", sorted(tables(PROD)), ids=".".join)
def test_an_unknown_key_is_an_error_at_every_depth(table: tuple[str, ...]) -> None:
    """A misspelt setting is never silently ignored."""
    tree: Any = copy.deepcopy(PROD)
    place = tree
    for step in table:
        place = place[step]
    place["no-such-key"] = 1
    with pytest.raises(ValidationError) as caught:
        EnvironmentSpec.model_validate(tree)
    assert [(e["type"], e["loc"]) for e in caught.value.errors()] == [("extra_forbidden", (*table, "no-such-key"))]


def test_the_defaults_leave_only_what_nobody_can_guess() -> None:
    """A new environment needs these keys and no more."""
    defaults = read_defaults()
    nodes = {"general": defaults["cluster"]["nodes"]["*"]}
    tree = {**defaults, "cluster": {**defaults["cluster"], "nodes": nodes}}
    with pytest.raises(ValidationError) as caught:
        EnvironmentSpec.model_validate(tree)
    missing = {".".join(map(str, e["loc"])) for e in caught.value.errors() if e["type"] == "missing"}
    assert missing == {
        "tier",
        "project.name",
        "project.repository",
        "project.account",
        "project.region",
        "aws.account",
        "aws.region",
        "dns.root_domain",
        "edge.tls.email",
        "cluster.nodes.general.instance_types",
        "cluster.nodes.general.min",
        "cluster.nodes.general.max",
    }


@pytest.mark.parametrize("value", ["hunter2", 1, {"from": "app", "key": "a", "value": "hunter2"}, {"from": "plain"}])
def test_a_secret_cannot_be_written(value: Any) -> None:
    """The type of a secret holds a reference and nothing else."""
    tree: Any = copy.deepcopy(PROD)
    tree["workloads"]["backend"]["secrets"]["JWT_SECRET"] = value
    with pytest.raises(ValidationError):
        EnvironmentSpec.model_validate(tree)
