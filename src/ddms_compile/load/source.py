"""Read files as text: up to a limit, in strict UTF-8; failures are diagnostics."""

from dataclasses import dataclass
from pathlib import Path

from ddms_compile.diagnostics import Diagnostic, Label, Severity, Span
from ddms_compile.disk import door
from ddms_compile.disk.inputs import read_input

LIMIT = 128 * 1024
"""Maximum bytes of an input file."""

_UTF16_HINT = 'save it as UTF-8; PowerShell: `-Encoding utf8`; editors: "Save with encoding"'
_WIDE_MARKS = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)


@dataclass(frozen=True, slots=True)
class Source:
    """One file: its path relative to the project, with `/`, and its text without a byte order mark."""

    path: str
    text: str


def read_source(root: Path, path: str) -> tuple[Source | None, Diagnostic | None]:
    """Return the file at `root / path`, as far as it is text, and its problem."""
    try:
        data = read_input(root, path, limit=LIMIT).content
    except door.TooLarge:
        message = f"{path} is larger than {LIMIT // 1024} KiB"
        advice = "a configuration file has a few KiB; is this the right file?"
        return None, file_problem("DDMS004", path, message, help=(advice,))
    except OSError as error:
        return None, _unreadable(root, path, error)
    return _decoded(path, data)


def file_problem(
    code: str, path: str, message: str, *, notes: tuple[str, ...] = (), help: tuple[str, ...] = ()
) -> Diagnostic:
    """Return an error about a whole file."""
    label = Label(span=Span(path=path, line=1, column=1, end_line=1, end_column=1))
    return Diagnostic(code=code, severity=Severity.ERROR, message=message, primary=label, notes=notes, help=help)


def _unreadable(root: Path, path: str, error: OSError) -> Diagnostic:
    if isinstance(error, FileNotFoundError):
        target = door.link_target(root, path)
        if target is not None:
            message = f"{path} is a symbolic link to {target}, which does not exist"
            return file_problem("DDMS001", path, message, help=("repair or remove the link",))
    reasons = {
        FileNotFoundError: "it does not exist",
        PermissionError: "permission denied",
    }
    reason = reasons.get(type(error)) or error.strerror or str(error)
    if isinstance(error, door.Refused) and error.kind is not None and error.path == path:
        reason = f"it is {error.kind}, not a file"
    advice = (f"make it readable: chmod u+r {path}",) if isinstance(error, PermissionError) else ()
    return file_problem("DDMS001", path, f"cannot read {path}: {reason}", help=advice)


def _decoded(path: str, data: bytes) -> tuple[Source | None, Diagnostic | None]:
    wide = _wide_encoding(data)
    if wide:
        return None, file_problem("DDMS002", path, f"{path} is {wide}, not UTF-8", help=(_UTF16_HINT,))
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        return Source(path, data.decode("utf-8")), None
    except UnicodeDecodeError as error:
        # Invalid bytes are shown as U+FFFD; positions up to the first one are exact.
        source = Source(path, data.decode("utf-8", "replace"))
        return source, _not_utf8(path, data, error)


def _not_utf8(path: str, data: bytes, error: UnicodeDecodeError) -> Diagnostic:
    before = data[: error.start].decode("utf-8")
    line = before.count("\n") + 1
    column = len(before) - (before.rfind("\n") + 1) + 1
    span = Span(path=path, line=line, column=column, end_line=line, end_column=column + 1)
    byte = data[error.start]
    notes = (f"at byte {error.start + 1} of the file",)
    guess = bytes([byte]).decode("cp1252", "ignore")
    if guess.isprintable() and guess:
        notes = (f"{notes[0]}; in Windows-1252 or Latin-1 it is `{guess}`",)
    return Diagnostic(
        code="DDMS002",
        severity=Severity.ERROR,
        message=f"{path} is not UTF-8",
        primary=Label(span=span, message=f"byte 0x{byte:02X} is invalid here"),
        notes=notes,
        help=("save the file as UTF-8",),
    )


def _wide_encoding(data: bytes) -> str | None:
    """Return UTF-16 or UTF-32, detected by the BOM or by NUL bytes in ASCII text."""
    for mark, name in _WIDE_MARKS:
        if data.startswith(mark):
            return name
    head = data[:64]
    if len(head) >= 4 and (not any(head[::2]) or not any(head[1::2])) and any(head):
        return "UTF-16"
    return None
