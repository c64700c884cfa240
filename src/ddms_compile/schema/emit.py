"""The back end: JSON Schemas, which editors find by the `#:schema` line of each TOML file."""

from collections.abc import Iterator

from ddms_compile.emitter import Inputs
from ddms_compile.gates.document import json_artifact
from ddms_compile.provenance.artifact import Artifact
from ddms_compile.spec.schema import DOCUMENTS, json_schema


def emit_schema(_: Inputs) -> Iterator[Artifact]:
    """Yield `generated/schema/<document>.schema.json`."""
    for document in DOCUMENTS:
        yield json_artifact(
            f"generated/schema/{document}.schema.json",
            json_schema(document),
            construct="schema",
            environment=None,
            emitter="schema",
        )
