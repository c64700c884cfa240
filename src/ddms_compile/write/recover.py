"""Recovery of a build that was killed while it replaced files."""

from pathlib import Path

from ddms_compile.diagnostics import DiagnosticError
from ddms_compile.disk import door
from ddms_compile.write import moves, refusals
from ddms_compile.write.journal import JOURNAL, Operation, clear_stage, read_journal, remove_journal
from ddms_compile.write.paths import MANIFEST
from ddms_compile.write.tree import FileTree, PathKind


def pending(root: Path) -> bool:
    """Return whether a build was interrupted while it replaced files. Raises DiagnosticError (DDMS505)."""
    try:
        return door.kind(root, JOURNAL) is not None
    except OSError as error:
        raise DiagnosticError(refusals.cannot_read(JOURNAL, error)) from error


def recover(root: Path) -> bool:
    """Roll an interrupted build forward; return whether there was one. The caller holds the project's lock.

    A file with neither the old nor the new content was edited since: it stays, and the plan of the next build
    reports it. If the manifest changed since (such as by a checkout of a branch), nothing is rolled forward.
    Raises DiagnosticError (DDMS505, DDMS506); a retry is then possible.
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
    """Finish one operation, unless it is done, its file was edited, or its staged content is missing."""
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
