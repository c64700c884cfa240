"""The steps of apply, rollback and recovery. All raise OSError."""

from collections.abc import Iterable
from pathlib import Path

from ddms_compile.disk import door
from ddms_compile.write.journal import Operation
from ddms_compile.write.paths import OWNED_TREE, parents


def replace(root: Path, operation: Operation) -> None:
    """Replace the file by the staged new content."""
    door.move(root, operation.new, operation.path)


def delete(root: Path, operation: Operation) -> None:
    """Delete the file, and the directories that become empty."""
    door.remove(root, operation.path)
    prune(root, operation.path)


def undo(root: Path, operation: Operation) -> None:
    """Restore the old content, and move the new one back to the stage, so that a recovery stays possible."""
    if operation.after is not None and door.kind(root, operation.path) is not None:
        door.move(root, operation.path, operation.new)
    if operation.before is not None:
        door.move(root, operation.old, operation.path)
    else:
        prune(root, operation.path)


def prune(root: Path, path: str) -> None:
    """Remove the empty directories above `path` inside generated/, innermost first."""
    for parent in reversed(parents(path)):
        if not f"{parent}/".startswith(OWNED_TREE):
            return
        try:
            door.remove_directory(root, parent)
        except FileNotFoundError:
            continue
        except OSError:
            return  # it contains a foreign file


def sync(root: Path, operations: Iterable[Operation]) -> None:
    """Fsync every directory that the operations changed."""
    touched = {parent for operation in operations for parent in parents(operation.path)}
    for parent in sorted(touched):
        door.sync(root, parent)
    door.sync(root, "")
