"""The single steps of an apply, shared by doing it, undoing it and finishing it later. All raise OSError."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from ddms_compile.write.journal import Operation, sync_directory
from ddms_compile.write.paths import OWNED_TREE, parents


def replace(root: Path, operation: Operation) -> None:
    """The new content takes its place."""
    target = root / operation.path
    target.parent.mkdir(parents=True, exist_ok=True)
    (root / operation.new).replace(target)


def delete(root: Path, operation: Operation) -> None:
    """The file goes, and the directories that it leaves empty."""
    (root / operation.path).unlink(missing_ok=True)
    prune(root, operation.path)


def undo(root: Path, operation: Operation) -> None:
    """The old content comes back; the new one returns to the stage, so that finishing later stays possible."""
    target = root / operation.path
    if operation.after is not None and target.exists():
        target.replace(root / operation.new)
    if operation.before is not None:
        target.parent.mkdir(parents=True, exist_ok=True)
        (root / operation.old).replace(target)
    else:
        prune(root, operation.path)


def prune(root: Path, path: str) -> None:
    """Removes the directories above `path` inside generated/ that hold nothing any more, innermost first."""
    for parent in reversed(parents(path)):
        if not f"{parent}/".startswith(OWNED_TREE):
            return
        try:
            (root / parent).rmdir()
        except FileNotFoundError:
            continue
        except OSError:
            return  # somebody's file is in it


def sync(root: Path, operations: Iterable[Operation]) -> None:
    """Waits until the disk has every name that the operations changed."""
    touched = {parent for operation in operations for parent in parents(operation.path)}
    for parent in sorted(touched):
        with suppress(FileNotFoundError):
            sync_directory(root / parent)
    sync_directory(root)
