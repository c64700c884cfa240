"""The journal: the operations of an apply, written before the first change.

An existing journal means that a build was interrupted between its first and last replacement. The state directory has
new content under `stage/<n>.new` and old content under `stage/<n>.old`.
"""

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from ddms_compile.diagnostics import DiagnosticError
from ddms_compile.disk import door
from ddms_compile.disk.reader import Damaged, read_json
from ddms_compile.disk.working import STAGE, STATE
from ddms_compile.write import refusals
from ddms_compile.write.paths import MANIFEST, problem

VERSION = 1
JOURNAL = f"{STATE}/journal.json"
IGNORE = f"{STATE}/.gitignore"
_OPERATION = {"number": int, "path": str, "before": (str, None), "after": (str, None)}
_SHAPE = {"version": int, "operations": [_OPERATION]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One file: SHA-256 (hex) of its content before and after; None where it is absent."""

    number: int
    path: str
    before: str | None
    after: str | None

    @property
    def new(self) -> str:
        """The path of the new content."""
        return f"{STAGE}/{self.number}.new"

    @property
    def old(self) -> str:
        """The path of the old content."""
        return f"{STAGE}/{self.number}.old"


def make_state(root: Path) -> None:
    """Create the working folder with a `.gitignore`, unless it exists. Raises OSError."""
    if door.kind(root, IGNORE) is None:
        door.write(root, IGNORE, b"*\n")


def write_journal(root: Path, operations: Iterable[Operation]) -> None:
    """Write the journal atomically with fsync. From now on an interrupted build is rolled forward."""
    document = {"version": VERSION, "operations": [asdict(operation) for operation in operations]}
    door.write(root, f"{JOURNAL}.new", json.dumps(document).encode(), durable=True)
    door.move(root, f"{JOURNAL}.new", JOURNAL)
    door.sync(root, STATE)


def read_journal(root: Path) -> tuple[Operation, ...] | None:
    """Return the operations of an interrupted build, or None. Raises DiagnosticError (DDMS505, DDMS506)."""
    try:
        document = read_json(door.read(root, JOURNAL).content, _SHAPE)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise DiagnosticError(refusals.cannot_read(JOURNAL, error)) from error
    except Damaged as error:
        raise _unusable(str(error)) from None
    if document["version"] != VERSION:
        raise _unusable("it is not a journal of this version")
    operations = tuple(Operation(**fields) for fields in document["operations"])
    for operation in operations:
        wrong = None if operation.path == MANIFEST else problem(operation.path)
        if wrong is not None:
            raise _unusable(f"it names {operation.path!r}, and {wrong}")
    return operations


def remove_journal(root: Path) -> None:
    """Remove the journal, which ends the transaction, then the stage."""
    door.remove(root, JOURNAL)
    door.sync(root, STATE)
    clear_stage(root)


def clear_stage(root: Path) -> None:
    """Remove the staged files."""
    with suppress(OSError):
        door.remove(root, f"{JOURNAL}.new")
        for name, _kind in door.names(root, STAGE):
            door.remove(root, f"{STAGE}/{name}")
        door.remove_directory(root, STAGE)


def _unusable(reason: str) -> DiagnosticError:
    return DiagnosticError(refusals.unusable_journal(JOURNAL, reason))
