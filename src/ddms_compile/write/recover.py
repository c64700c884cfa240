"""Finishes a build that was killed while it replaced files."""

from pathlib import Path

from ddms_compile.diagnostics import DiagnosticError
from ddms_compile.disk import door
from ddms_compile.write import moves, refusals
from ddms_compile.write.journal import JOURNAL, Operation, clear_stage, read_journal, remove_journal
from ddms_compile.write.paths import MANIFEST
from ddms_compile.write.tree import FileTree, PathKind


def pending(root: Path) -> bool:
    """A build was interrupted between its first and last replacement. Raises DiagnosticError (DDMS505)."""
    try:
        return door.kind(root, JOURNAL) is not None
    except OSError as error:
        raise DiagnosticError(refusals.cannot_read(JOURNAL, error)) from error


def recover(root: Path) -> bool:
    """Rolls an interrupted build forward; True when there was one. The caller holds the lock of the project.

    A file that is neither what it was nor what it should become was edited since: it stays as it is, and the
    plan of the build that follows reports it. Where even the manifest was changed since (a branch was checked
    out, say), nothing is rolled forward. Raises DiagnosticError (DDMS505, DDMS506); recovering again is then
    possible.
    """
    operations = read_journal(root)
    if operations is None:
        clear_stage(root)
        return False
    path = JOURNAL
    try:
        if _manifest_is_known(root, operations):
            for operation in operations:
                path = operation.path
                _finish(root, operation)
            moves.sync(root, operations)
        remove_journal(root)
    except OSError as error:
        raise DiagnosticError(refusals.cannot_write(path, error, intact=False)) from error
    return True


def _manifest_is_known(root: Path, operations: tuple[Operation, ...]) -> bool:
    found = FileTree(root).look(MANIFEST).digest
    return all(found in (o.before, o.after) for o in operations if o.path == MANIFEST)


def _finish(root: Path, operation: Operation) -> None:
    """One operation, unless it is done, was overtaken by an edit, or its staged content is gone."""
    tree = FileTree(root)  # a fresh one: the operations before this one made and removed directories
    found = tree.look(operation.path)
    if found.digest == operation.after:
        if operation.after is None and found.kind is PathKind.ABSENT:
            moves.prune(root, operation.path)
        return
    if found.kind not in (PathKind.ABSENT, PathKind.FILE) or found.digest not in (operation.before, None):
        return
    if operation.after is None:
        moves.delete(root, operation)
    elif tree.look(operation.new).digest == operation.after:
        moves.replace(root, operation)
