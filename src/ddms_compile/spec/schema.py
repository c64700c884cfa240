"""JSON Schema of the two TOML documents, for editors: what a file may hold, and what it gets when it does not.

A file is one layer of several, so that nothing is required but what an entry of a list needs, and `tier`.
"""

import copy
from collections.abc import Mapping
from functools import cache

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaValue

from ddms_compile.spec.documentation import field_docs, read_defaults
from ddms_compile.spec.environment import ENVIRONMENT_ONLY, PROJECT_ONLY, EnvironmentSpec
from ddms_compile.tree import Document

DOCUMENTS = ("project", "environment")
"""`ddms.toml`, and a file of `environments/`."""


def json_schema(document: str) -> JsonSchemaValue:
    """The JSON Schema (2020-12) of one of `DOCUMENTS`."""
    schema = copy.deepcopy(_described())
    definitions: JsonSchemaValue = schema.pop("$defs")
    for name in PROJECT_ONLY if document == "environment" else ENVIRONMENT_ONLY:
        del schema["properties"][name]
    _add_defaults(schema, definitions, read_defaults())
    if document == "environment":
        schema["required"] = list(ENVIRONMENT_ONLY)
    # Editors such as Taplo and Even Better TOML keep `#:schema` out of the data by themselves.
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": definitions, **schema}


@cache
def _described() -> JsonSchemaValue:
    """The schema of a whole environment, every key with its meaning. Callers must not change it."""
    schema = EnvironmentSpec.model_json_schema()
    for model in _models(EnvironmentSpec):
        _describe(schema["$defs"].get(model.__name__, schema if model is EnvironmentSpec else {}), model)
    return schema


_WHOLE = ("Egress", "FalsePositive", "Loss", "SecretReference", "Taint", "Vulnerability", "Waiver")
"""Entries that no layer completes: their keys are required."""


def _describe(schema: JsonSchemaValue, model: type[BaseModel]) -> None:
    docs = field_docs(model)
    for name, field in model.model_fields.items():
        if name in docs and (entry := schema.get("properties", {}).get(field.alias or name)):
            entry["description"] = docs[name]
            entry.pop("title", None)
    schema["description"] = " ".join((model.__doc__ or "").split())
    if model.__name__ not in _WHOLE:
        schema.pop("required", None)


def _models(model: type[BaseModel]) -> list[type[BaseModel]]:
    """The model and all that its fields hold, each once."""
    found: dict[type[BaseModel], None] = {}

    def visit(annotation: object) -> None:
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            if annotation not in found:
                found[annotation] = None
                for field in annotation.model_fields.values():
                    visit(field.annotation)
        else:
            for argument in getattr(annotation, "__args__", ()):
                visit(argument)

    visit(model)
    return list(found)


def _add_defaults(schema: JsonSchemaValue, definitions: JsonSchemaValue, defaults: Document) -> None:
    """Write the lowest layer's values beside the properties of the tables that stand in one place only."""
    for name, value in defaults.items():
        entry = schema.get("properties", {}).get(name)
        if entry is None:
            continue
        reference = entry.get("$ref", "").rpartition("/")[2]
        if isinstance(value, Mapping) and reference:
            if reference not in ("Workload", "Image", "Replicas", "Resources", "Probes", "Probe", "Metrics"):
                _add_defaults(definitions[reference], definitions, value)
        elif not isinstance(value, Mapping):
            entry["default"] = value
