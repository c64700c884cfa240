"""The list of what an apply is about to do, written before the first file changes.

While the journal exists, a build was interrupted between its first and its last replacement. Everything that
it needs is in the state directory: new content under `stage/<n>.new`, old content under `stage/<n>.old`.
"""

import errno
import json
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from ddms_compile.diagnostics import DiagnosticError
from ddms_compile.write import refusals
from ddms_compile.write.paths import MANIFEST, STATE, problem

VERSION = 1
JOURNAL = f"{STATE}/journal.json"
STAGE = f"{STATE}/stage"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One file: SHA-256 (hex) of its content before and after; None where it is absent."""

    number: int
    path: str
    before: str | None
    after: str | None

    @property
    def new(self) -> str:
        """Where the new content waits."""
        return f"{STAGE}/{self.number}.new"

    @property
    def old(self) -> str:
        """Where the old content is kept until the end."""
        return f"{STAGE}/{self.number}.old"


def state_directory(root: Path) -> Path:
    """`<root>/.ddms-compile`, made when it is missing, with a `.gitignore` of its own. Raises OSError."""
    state = root / STATE
    if state.is_symlink():
        raise NotADirectoryError(0, "it is a symbolic link", str(state))
    if state.exists() and not state.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(state))
    state.mkdir(exist_ok=True)
    ignore = state / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", encoding="utf-8")
    return state


def write_journal(root: Path, operations: Iterable[Operation]) -> None:
    """Makes the journal exist, whole and on disk. From here on an interrupted build is finished, not undone."""
    document = {"version": VERSION, "operations": [asdict(operation) for operation in operations]}
    write_durably(root / f"{JOURNAL}.new", json.dumps(document).encode())
    (root / f"{JOURNAL}.new").replace(root / JOURNAL)
    sync_directory(root / STATE)


def read_journal(root: Path) -> tuple[Operation, ...] | None:
    """The operations of an interrupted build, None when there is none. Raises DiagnosticError (DDMS506)."""
    try:
        document = json.loads((root / JOURNAL).read_bytes())
        operations = tuple(Operation(**fields) for fields in document["operations"])
    except FileNotFoundError:
        return None
    except OSError as error:
        raise DiagnosticError(refusals.cannot_read(JOURNAL, error)) from error
    except (ValueError, TypeError, KeyError):
        raise _unusable("it is not a journal of this version") from None
    for operation in operations:
        wrong = None if operation.path == MANIFEST else problem(operation.path)
        if wrong is not None or not isinstance(operation.number, int):
            raise _unusable(f"it names {operation.path!r}, and {wrong}")
    return operations


def remove_journal(root: Path) -> None:
    """Ends the transaction, then forgets what was staged."""
    (root / JOURNAL).unlink(missing_ok=True)
    sync_directory(root / STATE)
    clear_stage(root)


def clear_stage(root: Path) -> None:
    """Removes what a build staged and did not need."""
    with suppress(OSError):
        (root / f"{JOURNAL}.new").unlink(missing_ok=True)
        for staged in (root / STAGE).iterdir():
            staged.unlink()
        (root / STAGE).rmdir()


def write_durably(path: Path, content: bytes) -> None:
    """Writes a new file and waits until the disk has it."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def sync_directory(path: Path) -> None:
    """Waits until the disk has the names in a directory. Some file systems cannot say: that is no error."""
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _unusable(reason: str) -> DiagnosticError:
    return DiagnosticError(refusals.unusable_journal(JOURNAL, reason))
