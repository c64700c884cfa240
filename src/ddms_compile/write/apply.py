"""Apply a plan atomically: the tree is the old one or becomes the new one.

Stage every new file in the state directory; keep a link to every old one; write the journal; replace by
rename, deletions first, manifest last; remove the journal. A kill before the journal exists changes nothing; after a
later kill `recover` finishes the work. After an I/O error the apply rolls back.
"""

import errno
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from ddms_compile.diagnostics.diagnostic import DiagnosticError
from ddms_compile.disk import door
from ddms_compile.disk.working import STAGE
from ddms_compile.write import moves, refusals
from ddms_compile.write.journal import (
    JOURNAL,
    Operation,
    clear_stage,
    make_state,
    remove_journal,
    write_journal,
)
from ddms_compile.write.plan import FileChange, Plan
from ddms_compile.write.signals import deferred
from ddms_compile.write.tree import FileTree, digest

Step = Callable[[str], None]


def _no_step(_name: str) -> None:
    """Do nothing."""


def apply(plan: Plan, *, step: Step = _no_step) -> None:
    """Apply the plan to the tree. The caller holds the project's lock.

    `step` is called with a name before each change on disk; tests stop the process there. SIGINT and SIGTERM
    are deferred until the last file is replaced. Raises DiagnosticError: the plan's own conflicts, DDMS508 when
    a file changed since the plan, DDMS505 for an I/O error; the tree is then unchanged.
    """
    if plan.conflicts:
        raise DiagnosticError(*plan.conflicts)
    if plan.empty:
        return
    changes = _ordered(plan)
    operations = tuple(_operation(number, change) for number, change in enumerate(changes))
    _stage(plan.root, changes, operations, step)
    _refuse_changed(plan.root, changes)
    with deferred():
        _promise(plan.root, operations, step)
        _commit(plan.root, operations, step)


def _ordered(plan: Plan) -> tuple[FileChange, ...]:
    """Return deletions first, since a directory may replace a file or the reverse; the manifest last."""
    deletions = tuple(change for change in plan.changes if change.after is None)
    writes = tuple(change for change in plan.changes if change.after is not None)
    return (*deletions, *writes, *((plan.manifest,) if plan.manifest else ()))


def _operation(number: int, change: FileChange) -> Operation:
    before = None if change.before is None else digest(change.before)
    after = None if change.after is None else digest(change.after)
    return Operation(number=number, path=change.path, before=before, after=after)


def _stage(root: Path, changes: tuple[FileChange, ...], operations: tuple[Operation, ...], step: Step) -> None:
    """Stage the files: all disk space is needed here, before any change."""
    path = STAGE
    try:
        make_state(root)
        clear_stage(root)
        door.make_directory(root, STAGE)
        for change, operation in zip(changes, operations, strict=True):
            path = operation.path
            step(f"stage {path}")
            _same_file_system(root, path)
            if change.after is not None:
                door.write(root, operation.new, change.after, durable=True)
            if change.before is not None:
                _keep(root, operation, change.before)
        door.sync(root, STAGE)
    except OSError as error:
        clear_stage(root)
        raise DiagnosticError(refusals.cannot_write(path, error)) from error


def _same_file_system(root: Path, path: str) -> None:
    """Raise OSError when a rename would cross file systems; a copy would not be atomic."""
    if door.device(root, path) != door.device(root, f"{STAGE}/x"):
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV), path)


def _keep(root: Path, operation: Operation, content: bytes) -> None:
    try:
        door.link(root, operation.path, operation.old)
    except OSError:  # a file system without hard links
        door.write(root, operation.old, content, durable=True)


def _refuse_changed(root: Path, changes: tuple[FileChange, ...]) -> None:
    """Raise DiagnosticError (DDMS508) for a file that was edited during the build."""
    tree = FileTree(root)
    for change in changes:
        # The hard link to the old file changed its ctime (the last part of the stamp) only.
        if (tree.stamp(change.path) or ())[:3] != (change.stamp or ())[:3]:
            clear_stage(root)
            raise DiagnosticError(refusals.changed_meanwhile(change.path))


def _promise(root: Path, operations: tuple[Operation, ...], step: Step) -> None:
    try:
        step("journal")
        write_journal(root, operations)
    except OSError as error:
        with suppress(OSError):
            remove_journal(root)
        raise DiagnosticError(refusals.cannot_write(JOURNAL, error)) from error


def _commit(root: Path, operations: tuple[Operation, ...], step: Step) -> None:
    done: list[Operation] = []
    try:
        for operation in operations:
            step(f"{'delete' if operation.after is None else 'replace'} {operation.path}")
            done.append(operation)
            (moves.delete if operation.after is None else moves.replace)(root, operation)
        step("sync")
        moves.sync(root, operations)
        step("forget")
        remove_journal(root)
    except Exception as error:
        intact = _roll_back(root, done, step)
        if not isinstance(error, OSError):
            raise
        path = done[-1].path if done else STAGE
        raise DiagnosticError(refusals.cannot_write(path, error, intact=intact)) from error


def _roll_back(root: Path, done: list[Operation], step: Step) -> bool:
    """Undo the operations in reverse and return the success; the last of `done` may be incomplete."""
    try:
        for operation in reversed(done):
            step(f"undo {operation.path}")
            with suppress(FileNotFoundError):  # the operation had not begun
                moves.undo(root, operation)
        remove_journal(root)
    except OSError:
        return False
    return True
