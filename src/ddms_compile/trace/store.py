"""The trace of the last build, kept in the project's state folder: never committed, never inside an artifact.

It holds the origin of each leaf, so that a question can be answered without compiling. It counts only for the inputs
that it was made from: `made_from` is the build's fingerprint. Lines of TOML are not in it: they are looked up when
somebody asks.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ddms_compile.artifact import Artifact, LazyOrigins, LeafOrigin

FILE = "trace.json"
VERSION = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """The artifacts of a build without their texts, and the keys that may have reached files which are not among them:

    those whose origins take long to work out.
    """

    artifacts: tuple[Artifact, ...]
    lazy: frozenset[str]

    def answers(self, target: str) -> bool:
        """Whether it knows all that there is to know about a key."""
        return not any(key == target or key.startswith((f"{target}.", f"{target}[")) for key in self.lazy)


def save_trace(state_dir: Path, made_from: str, artifacts: Sequence[Artifact]) -> None:
    """Keep the trace of these artifacts and forget all others. A failure to write is no error: it is a cache."""
    document = {
        "version": VERSION,
        "made_from": made_from,
        "artifacts": {a.path: _packed(a) for a in artifacts if not isinstance(a.origins, LazyOrigins)},
        "lazy": sorted(set().union(*(a.origins.possible for a in artifacts if isinstance(a.origins, LazyOrigins)))),
    }
    target = state_dir / FILE
    temporary = target.with_suffix(".new")
    try:
        temporary.write_text(json.dumps(document, ensure_ascii=False, separators=(",", ":"), default=str), "utf-8")
        temporary.replace(target)
    except OSError:
        temporary.unlink(missing_ok=True)


def load_trace(state_dir: Path, made_from: str) -> Trace | None:
    """The trace of the last build; None when it was made from other inputs."""
    try:
        document = json.loads((state_dir / FILE).read_text("utf-8"))
        if document["version"] != VERSION or document["made_from"] != made_from:
            return None
        return Trace(
            artifacts=tuple(_unpacked(path, packed) for path, packed in document["artifacts"].items()),
            lazy=frozenset(document["lazy"]),
        )
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return None


def _packed(artifact: Artifact) -> dict[str, Any]:
    keys = {key: index for index, key in enumerate(sorted({k for o in artifact.origins.values() for k in o.keys}))}
    constructs = {name: index for index, name in enumerate(sorted({o.construct for o in artifact.origins.values()}))}
    return {
        "environment": artifact.environment,
        "emitter": artifact.emitter,
        "keys": list(keys),
        "constructs": list(constructs),
        "leaves": {
            leaf: [o.value, constructs[o.construct], *sorted(keys[key] for key in o.keys)]
            for leaf, o in artifact.origins.items()
        },
    }


def _unpacked(path: str, packed: Mapping[str, Any]) -> Artifact:
    keys, constructs = packed["keys"], packed["constructs"]
    return Artifact(
        path=path,
        text="",
        environment=packed["environment"],
        emitter=packed["emitter"],
        origins={
            leaf: LeafOrigin(value=value, construct=constructs[construct], keys=frozenset(keys[i] for i in indexes))
            for leaf, (value, construct, *indexes) in packed["leaves"].items()
        },
    )
