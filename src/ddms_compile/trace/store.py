"""The trace of the last build, kept in the project's state folder: never committed, never inside an artifact.

It holds, for each artifact, the hash of its text and the origin of each leaf, so that a question can be answered
without compiling. Lines of TOML are not in it: they are looked up when somebody asks.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ddms_compile.artifact import Artifact, LeafOrigin

FILE = "trace.json"
VERSION = 1


def save_trace(state_dir: Path, artifacts: Iterable[Artifact]) -> None:
    """Keep the trace of these artifacts and forget all others. A failure to write is no error: it is a cache."""
    document = {
        "version": VERSION,
        "artifacts": {artifact.path: _packed(artifact) for artifact in artifacts},
    }
    target = state_dir / FILE
    temporary = target.with_suffix(".new")
    try:
        temporary.write_text(json.dumps(document, ensure_ascii=False, separators=(",", ":"), default=str), "utf-8")
        temporary.replace(target)
    except OSError:
        temporary.unlink(missing_ok=True)


def load_trace(state_dir: Path, root: Path) -> list[Artifact] | None:
    """The artifacts of the last build with their origins, or None when it does not fit the files that are there."""
    try:
        document = json.loads((state_dir / FILE).read_text("utf-8"))
        if document["version"] != VERSION:
            return None
        artifacts = [_unpacked(root, path, packed) for path, packed in document["artifacts"].items()]
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return None
    return artifacts if all(artifact is not None for artifact in artifacts) else None  # type: ignore[return-value]


def _packed(artifact: Artifact) -> dict[str, Any]:
    keys = {key: index for index, key in enumerate(sorted({k for o in artifact.origins.values() for k in o.keys}))}
    constructs = {name: index for index, name in enumerate(sorted({o.construct for o in artifact.origins.values()}))}
    return {
        "sha256": _hash(artifact.text),
        "environment": artifact.environment,
        "emitter": artifact.emitter,
        "keys": list(keys),
        "constructs": list(constructs),
        "leaves": {
            leaf: [o.value, constructs[o.construct], *sorted(keys[key] for key in o.keys)]
            for leaf, o in artifact.origins.items()
        },
    }


def _unpacked(root: Path, path: str, packed: Mapping[str, Any]) -> Artifact | None:
    text = (root / path).read_text("utf-8")
    if _hash(text) != packed["sha256"]:
        return None
    keys, constructs = packed["keys"], packed["constructs"]
    return Artifact(
        path=path,
        text=text,
        environment=packed["environment"],
        emitter=packed["emitter"],
        origins={
            leaf: LeafOrigin(value=value, construct=constructs[construct], keys=frozenset(keys[i] for i in indexes))
            for leaf, (value, construct, *indexes) in packed["leaves"].items()
        },
    )


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
