"""The changes of a build: `plan` reads, `apply` writes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ddms_compile.diagnostics.diagnostic import Diagnostic, DiagnosticError
from ddms_compile.provenance.artifact import Artifact
from ddms_compile.write import refusals
from ddms_compile.write.diff import unified
from ddms_compile.write.manifest import OwnedFile, read_manifest, render_manifest
from ddms_compile.write.paths import MANIFEST, OWNED_TREE, collisions, problem
from ddms_compile.write.tree import FileTree, Found, PathKind, Stamp, digest


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange:
    """One file before and after; None if absent. `stamp`: identifies the version that was read."""

    path: str
    before: bytes | None
    after: bytes | None
    stamp: Stamp | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The difference between the tree and a build. A plan with `conflicts` cannot be applied.

    `changes`: sorted by path, without the manifest, which is written last.
    """

    root: Path
    changes: tuple[FileChange, ...]
    manifest: FileChange | None
    unchanged: tuple[str, ...]
    conflicts: tuple[Diagnostic, ...]

    @property
    def create(self) -> tuple[str, ...]:
        """Paths of new files."""
        return tuple(c.path for c in self.changes if c.before is None)

    @property
    def update(self) -> tuple[str, ...]:
        """Paths of files that get new content."""
        return tuple(c.path for c in self.changes if c.before is not None and c.after is not None)

    @property
    def delete(self) -> tuple[str, ...]:
        """Paths of files that no back end creates any more."""
        return tuple(c.path for c in self.changes if c.after is None)

    @property
    def empty(self) -> bool:
        """Whether nothing is to be written, not even the manifest."""
        return not self.changes and self.manifest is None

    def summary(self) -> tuple[str, ...]:
        """Return one line per change, such as `update generated/prod/RUNBOOK.md`, sorted by path."""
        return tuple(f"{_verb(change)} {change.path}" for change in self.changes)

    def diff(self) -> str:
        """Return a unified diff of the whole plan; of the manifest only when nothing else changes."""
        changes = self.changes or ((self.manifest,) if self.manifest else ())
        return "".join(unified(change.path, change.before, change.after) for change in changes)


def plan(root: Path, artifacts: Sequence[Artifact], *, environments: frozenset[str] | None, force: bool) -> Plan:
    """Compare `artifacts` with the tree under `root`.

    `environments`: those that were compiled; None means all, and then files of removed environments are deleted
    too. `force` overwrites files with manual edits and, when everything was compiled, ignores an unusable
    manifest; it never changes foreign files. Raises DiagnosticError when the manifest or a file cannot be read,
    ValueError when an artifact has a path outside the owned paths.
    """
    wanted = _by_path(artifacts)
    owned = _owned(root, wanted, anew=force and environments is None)
    kept = {path: entry for path, entry in owned.items() if path not in wanted and _outside(path, entry, environments)}
    leaving = {path: entry for path, entry in owned.items() if path not in wanted and path not in kept}
    tree = FileTree(root)
    found = _Found(conflicts=[refusals.collision(*pair) for pair in collisions((*wanted, *kept, MANIFEST))])
    _find_leaving(tree, leaving, found, force=force)
    _find_wanted(tree, wanted, owned, found, force=force)
    manifest = _find_manifest(tree, kept | {path: _entry(artifact) for path, artifact in wanted.items()}, found)
    return Plan(
        root=root,
        changes=tuple(sorted(found.changes, key=lambda change: change.path)),
        manifest=manifest,
        unchanged=tuple(found.unchanged),
        conflicts=tuple(dict.fromkeys(found.conflicts)),  # one obstacle may block many files: report it once
    )


@dataclass(slots=True, kw_only=True)
class _Found:
    """The result of the passes of a plan."""

    changes: list[FileChange] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    conflicts: list[Diagnostic] = field(default_factory=list)


def _find_leaving(tree: FileTree, leaving: Mapping[str, OwnedFile], found: _Found, *, force: bool) -> None:
    """Find owned files that no back end creates any more; a replacement of one is foreign and stays."""
    for path, entry in sorted(leaving.items()):
        there = tree.look(path)
        if there.content is None:
            continue
        found.changes.append(FileChange(path=path, before=there.content, after=None, stamp=there.stamp))
        if there.digest != entry.sha256 and not force:
            found.conflicts.append(refusals.hand_edited(path))


def _find_wanted(
    tree: FileTree, wanted: Mapping[str, Artifact], owned: Mapping[str, OwnedFile], found: _Found, *, force: bool
) -> None:
    """Find files of this build. Runs after `_find_leaving`, since a deletion may free a path."""
    gone = {change.path for change in found.changes}
    for path, artifact in sorted(wanted.items()):
        there, after = tree.look(path), artifact.text.encode()
        obstacle = _obstacle(tree, path, there, gone)
        if obstacle is not None:
            found.conflicts.append(obstacle)
        elif there.content == after:
            found.unchanged.append(path)
        else:
            found.changes.append(FileChange(path=path, before=there.content, after=after, stamp=there.stamp))
            found.conflicts.extend(_loss(path, there, owned.get(path), force=force))


def _find_manifest(tree: FileTree, entries: Mapping[str, OwnedFile], found: _Found) -> FileChange | None:
    there, after = tree.look(MANIFEST), render_manifest(entries).encode()
    obstacle = _obstacle(tree, MANIFEST, there, set())
    if obstacle is not None:
        found.conflicts.append(obstacle)
    if obstacle is not None or there.content == after:
        return None
    return FileChange(path=MANIFEST, before=there.content, after=after, stamp=there.stamp)


def _by_path(artifacts: Sequence[Artifact]) -> dict[str, Artifact]:
    wanted: dict[str, Artifact] = {}
    for artifact in artifacts:
        wrong = "two emitters generate it" if artifact.path in wanted else problem(artifact.path)
        if wrong is not None:
            raise ValueError(f"{artifact.emitter} generated {artifact.path!r}, but {wrong}")
        wanted[artifact.path] = artifact
    return wanted


def _owned(root: Path, wanted: Iterable[str], *, anew: bool) -> Mapping[str, OwnedFile]:
    try:
        return read_manifest(root)
    except DiagnosticError:
        if not anew:
            raise
        # Ownership is unknown: only the paths of this build can be claimed.
        return {path: OwnedFile(sha256="", environment=None, emitter="") for path in wanted}


def _outside(path: str, entry: OwnedFile, environments: frozenset[str] | None) -> bool:
    """Return whether a file is none of these environments'. The manifest may be edited, so its word is not enough."""
    if environments is None or entry.environment in environments:
        return False
    return not path.startswith(tuple(f"{OWNED_TREE}{name}/" for name in environments))


def _obstacle(tree: FileTree, path: str, found: Found, gone: set[str]) -> Diagnostic | None:
    """Return a diagnostic for a path that is no file, unless this plan removes it."""
    if found.kind is PathKind.BLOCKED:
        return None if found.blocker in gone else refusals.in_the_way(found.blocker, found.what)
    if found.kind is PathKind.DIRECTORY:
        cleared = all(child in gone for child in tree.files_below(path))
        return None if cleared else refusals.in_the_way(path, "a directory, where a file is expected")
    if found.kind in (PathKind.LINK, PathKind.OTHER):
        return refusals.in_the_way(path, found.what)
    return None


def _loss(path: str, found: Found, entry: OwnedFile | None, *, force: bool) -> tuple[Diagnostic, ...]:
    """Return diagnostics for what overwriting would destroy: a manual edit, or a foreign file."""
    if found.content is None:
        return ()
    if entry is None:
        return (refusals.in_the_way(path, "a file that is not in the manifest"),)
    return () if force or found.digest == entry.sha256 else (refusals.hand_edited(path),)


def _entry(artifact: Artifact) -> OwnedFile:
    return OwnedFile(sha256=digest(artifact.text.encode()), environment=artifact.environment, emitter=artifact.emitter)


def _verb(change: FileChange) -> str:
    if change.before is None:
        return "create"
    return "delete" if change.after is None else "update"
