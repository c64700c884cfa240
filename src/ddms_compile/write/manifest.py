"""`generated/manifest.json`: the list of owned files, the only ones that a build replaces or deletes.

Shape: `{"version": 1, "files": {path: {"sha256", "environment", "emitter"}}}`. One line per file, sorted by
path, so that branches with changes of different files merge without conflicts.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ddms_compile.diagnostics import DiagnosticError
from ddms_compile.disk.reader import Damaged, parse_json
from ddms_compile.write import refusals
from ddms_compile.write.paths import MANIFEST, problem
from ddms_compile.write.tree import FileTree, PathKind

VERSION = 1
_CONFLICT = re.compile(rb"^(<<<<<<<|=======|>>>>>>>)", re.MULTILINE)
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnedFile:
    """One owned file: the SHA-256 of its content (hex), its environment (None: all), its back end."""

    sha256: str
    environment: str | None
    emitter: str


def read_manifest(root: Path) -> dict[str, OwnedFile]:
    """Return the files of the last build; empty without a manifest.

    Raises DiagnosticError (DDMS506) when the file has merge conflicts, is no manifest, or lists a path that cannot
    be owned.
    """
    found = FileTree(root).look(MANIFEST)
    return parse_manifest(found.content or b"") if found.kind is PathKind.FILE else {}


def parse_manifest(content: bytes) -> dict[str, OwnedFile]:
    """Return the entries of a manifest's bytes. Raises DiagnosticError (DDMS506)."""
    if _CONFLICT.search(content):
        raise _unusable(
            "it contains merge conflict markers",
            f"take either side: `git checkout --ours {MANIFEST}`, and the same for other files under generated/",
            "then run `ddms-compile build --force` and commit the result",
        )
    try:
        document = parse_json(content)
    except Damaged as error:
        raise _unusable(str(error)) from None
    if not isinstance(document, dict) or not isinstance(document.get("files"), dict):
        raise _unusable("it has no table of files")
    if type(document.get("version")) is not int or document["version"] != VERSION:
        raise _unusable("it was written by another version of ddms-compile")
    return {path: _entry(path, value) for path, value in sorted(document["files"].items())}


def render_manifest(entries: Mapping[str, OwnedFile]) -> str:
    """Return the text of a manifest; equal entries give equal bytes."""
    lines = [f"    {_json(path)}: {_json(_fields(entries[path]))}" for path in sorted(entries)]
    files = "{\n" + ",\n".join(lines) + "\n  }" if lines else "{}"
    return f'{{\n  "files": {files},\n  "version": {VERSION}\n}}\n'


def _entry(path: str, value: object) -> OwnedFile:
    wrong = problem(path)
    if wrong is not None:
        raise _unusable(f"it lists {_json(path)}, and {wrong}")
    match value:
        case {"sha256": str(sha256), "environment": str() | None as environment, "emitter": str(emitter)} if (
            _DIGEST.fullmatch(sha256)
        ):
            return OwnedFile(sha256=sha256, environment=environment, emitter=emitter)
    raise _unusable(f"its entry of {_json(path)} is malformed")


def _fields(entry: OwnedFile) -> dict[str, str | None]:
    return {"emitter": entry.emitter, "environment": entry.environment, "sha256": entry.sha256}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=True, sort_keys=True)


def _unusable(reason: str, *help_: str) -> DiagnosticError:
    return DiagnosticError(refusals.unusable_manifest(MANIFEST, reason, *help_))
