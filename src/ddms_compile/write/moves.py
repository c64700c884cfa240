"""The single steps of an apply, shared by doing it, undoing it and finishing it later. All raise OSError."""

from collections.abc import Iterable
from pathlib import Path

from ddms_compile.disk import door
from ddms_compile.write.journal import Operation
from ddms_compile.write.paths import OWNED_TREE, parents


def replace(root: Path, operation: Operation) -> None:
    """The new content takes its place."""
    door.move(root, operation.new, operation.path)


def delete(root: Path, operation: Operation) -> None:
    """The file goes, and the directories that it leaves empty."""
    door.remove(root, operation.path)
    prune(root, operation.path)


def undo(root: Path, operation: Operation) -> None:
    """The old content comes back; the new one returns to the stage, so that finishing later stays possible."""
    if operation.after is not None and door.kind(root, operation.path) is not None:
        door.move(root, operation.path, operation.new)
    if operation.before is not None:
        door.move(root, operation.old, operation.path)
    else:
        prune(root, operation.path)


def prune(root: Path, path: str) -> None:
    """Removes the directories above `path` inside generated/ that hold nothing any more, innermost first."""
    for parent in reversed(parents(path)):
        if not f"{parent}/".startswith(OWNED_TREE):
            return
        try:
            door.remove_directory(root, parent)
        except FileNotFoundError:
            continue
        except OSError:
            return  # somebody's file is in it


def sync(root: Path, operations: Iterable[Operation]) -> None:
    """Waits until the disk has every name that the operations changed."""
    touched = {parent for operation in operations for parent in parents(operation.path)}
    for parent in sorted(touched):
        door.sync(root, parent)
    door.sync(root, "")
