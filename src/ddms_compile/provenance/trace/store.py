"""The trace of the last build, in the project's working folder: neither committed nor part of an artifact.

It holds the origin of each leaf, so that `explain` need not compile. It is valid for the same inputs only: `made_from`
is the build's fingerprint. Lines of TOML are not in it: they are found on demand.
"""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ddms_compile.disk import door
from ddms_compile.disk.reader import read_json
from ddms_compile.disk.working import STATE
from ddms_compile.provenance.artifact import Artifact, LazyOrigins, LeafOrigin
from ddms_compile.tree import Document

FILE = f"{STATE}/trace.json"
VERSION = 2
_ARTIFACT = {"environment": (str, None), "emitter": str, "keys": [str], "constructs": [str], "leaves": {str: [object]}}
_SHAPE = {"version": int, "made_from": str, "artifacts": {str: _ARTIFACT}, "lazy": [str]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """The artifacts of a build without their texts, and the keys that may have reached files which are not among them:

    those whose origins take long to work out.
    """

    artifacts: tuple[Artifact, ...]
    lazy: frozenset[str]

    def answers(self, target: str) -> bool:
        """Return whether the trace has all leaves of a key."""
        return not any(key == target or key.startswith((f"{target}.", f"{target}[")) for key in self.lazy)


def save_trace(root: Path, made_from: str, artifacts: Sequence[Artifact]) -> None:
    """Save the trace of these artifacts and delete all others. It is a cache: ignores failures to write."""
    document = {
        "version": VERSION,
        "made_from": made_from,
        "artifacts": {a.path: _packed(a) for a in artifacts if not isinstance(a.origins, LazyOrigins)},
        "lazy": sorted(set().union(*(a.origins.possible for a in artifacts if isinstance(a.origins, LazyOrigins)))),
    }
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), default=str)
    with suppress(OSError):
        door.replace_with(root, FILE, text.encode())


def load_trace(root: Path, made_from: str) -> Trace | None:
    """Return the trace of the last build; None when its inputs were others."""
    try:
        document = read_json(door.read(root, FILE).content, _SHAPE)
        if document["version"] != VERSION or document["made_from"] != made_from:
            return None
        return Trace(
            artifacts=tuple(_unpacked(path, packed) for path, packed in document["artifacts"].items()),
            lazy=frozenset(document["lazy"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _packed(artifact: Artifact) -> dict[str, object]:
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


def _unpacked(path: str, packed: Document) -> Artifact:
    # Tables and no lists: a number below zero stands for nothing.
    keys, constructs = dict(enumerate(packed["keys"])), dict(enumerate(packed["constructs"]))
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
