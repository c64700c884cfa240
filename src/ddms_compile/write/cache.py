"""A cache of the last builds by fingerprint, with their diagnostics, so that an unchanged project is only read.

An entry is valid while the manifest is the build's and every listed file matches it byte for byte.
"""

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from ddms_compile.diagnostics import DiagnosticError
from ddms_compile.diagnostics.diagnostic import Diagnostic, Label, Severity, Span
from ddms_compile.disk import door
from ddms_compile.disk.reader import Damaged, read_json
from ddms_compile.disk.working import STATE
from ddms_compile.tree import Document
from ddms_compile.write.fingerprint import Fingerprint
from ddms_compile.write.journal import make_state
from ddms_compile.write.manifest import parse_manifest
from ddms_compile.write.paths import MANIFEST
from ddms_compile.write.recover import pending
from ddms_compile.write.strangers import strangers
from ddms_compile.write.tree import FileTree, digest

VERSION = 1
CACHE = f"{STATE}/builds.json"
_SPAN = {"path": str, "line": int, "column": int, "end_line": int, "end_column": int}
_LABEL = {"span": _SPAN, "message": str, "secret": bool}
_DIAGNOSTIC = {
    "code": str,
    "severity": str,
    "message": str,
    "primary": (_LABEL, None),
    "related": [_LABEL],
    "notes": [str],
    "help": [str],
    "more": int,
}
_BUILD = {"diagnostics": [_DIAGNOSTIC], "sources": {str: str}, "environments": [str]}
_SHAPE = {"version": int, "manifest": str, "builds": {str: _BUILD}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """A build's diagnostics, the texts that they quote, and the number of its files."""

    diagnostics: tuple[Diagnostic, ...]
    sources: Mapping[str, str]
    files: int


def remember(
    root: Path,
    made: Fingerprint,
    environments: Iterable[str],
    diagnostics: Iterable[Diagnostic],
    sources: Mapping[str, str],
) -> None:
    """Record a build whose tree matches the manifest; ignores failures, which make the next build slower."""
    from ddms_compile.diagnostics.render import redacted

    diagnostics, sources = redacted(diagnostics, sources)  # store no secrets
    entry = {
        "diagnostics": [asdict(diagnostic) for diagnostic in diagnostics],
        "sources": dict(sorted(sources.items())),
        "environments": sorted(set(environments)),
    }
    with suppress(OSError):
        manifest = digest(door.read(root, MANIFEST).content)
        document = _read(root)
        # Entries of other environments with the same manifest stay valid.
        builds = document["builds"] if document and document["manifest"] == manifest else {}
        kept = {key: value for key, value in builds.items() if value["environments"] != entry["environments"]}
        text = json.dumps({"version": VERSION, "manifest": manifest, "builds": {**kept, made.key: entry}})
        make_state(root)
        door.replace_with(root, CACHE, text.encode())


def recall(root: Path, made: Fingerprint | None) -> Remembered | None:
    """Return the result of the build with this fingerprint, when the tree still matches it; else None."""
    document = _read(root) if made is not None and not pending(root) else None
    if made is None or document is None:
        return None
    entry = document["builds"].get(made.key)
    if entry is None:
        return None
    environments = entry["environments"]
    try:
        count = _verified(root, document["manifest"], frozenset(environments) or None)
        if count is None:
            return None
        return Remembered(
            diagnostics=tuple(_diagnostic(fields) for fields in entry["diagnostics"]),
            sources=dict(entry["sources"]),
            files=count,
        )
    except (ValueError, DiagnosticError):  # an unknown severity; an unreadable manifest or file
        return None


def _verified(root: Path, manifest: str, environments: frozenset[str] | None) -> int | None:
    """Return the number of files in the manifest for `environments` (None: all); None when one differs from it."""
    tree = FileTree(root)
    found = tree.look(MANIFEST)
    if found.content is None or found.digest != manifest:
        return None
    entries = parse_manifest(found.content)
    mine = {
        path: entry
        for path, entry in entries.items()
        if environments is None or entry.environment is None or entry.environment in environments
    }
    same = all(tree.look(path).digest == entry.sha256 for path, entry in mine.items())
    return len(mine) if same and not any(strangers(root, entries)) else None


def _read(root: Path) -> Document | None:
    try:
        document: Document = read_json(door.read(root, CACHE).content, _SHAPE)
    except (OSError, Damaged):
        return None
    return document if document["version"] == VERSION else None


def _diagnostic(fields: Document) -> Diagnostic:
    return Diagnostic(
        code=fields["code"],
        severity=Severity(fields["severity"]),
        message=fields["message"],
        primary=None if fields["primary"] is None else _label(fields["primary"]),
        related=tuple(_label(label) for label in fields["related"]),
        notes=tuple(fields["notes"]),
        help=tuple(fields["help"]),
        more=fields["more"],
    )


def _label(fields: Document) -> Label:
    return Label(span=Span(**fields["span"]), message=fields["message"], secret=fields["secret"])
