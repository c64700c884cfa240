"""What the compiler says: one value per problem, free of any rendering."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad it is. Only `ERROR` stops a build."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A range of one file. `path` is relative to the project root, with `/`; lines and columns count from 1,

    columns in Unicode code points; the end is exclusive. A span over several lines ends on its last line.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A place and what to say about it. `message` may be empty: the caret then speaks alone.

    `secret`: no renderer may show what stands there, be it for this diagnostic or another one.
    """

    span: Span
    message: str = ""
    secret: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One problem: a code of `diagnostics.codes`, one primary place, the other places, and what to do.

    `more`: how many others like it there are that are not shown. They count.
    """

    code: str
    severity: Severity
    message: str
    primary: Label | None = None
    related: tuple[Label, ...] = ()
    notes: tuple[str, ...] = ()
    help: tuple[str, ...] = ()
    more: int = 0

    @property
    def said(self) -> tuple[str, ...]:
        """The notes, with that of the others."""
        return (*self.notes, f"and {self.more:,} more like it") if self.more else self.notes


class DiagnosticError(Exception):
    """A step could not go on; what it has to say about it is `diagnostics`, at least one of them an error."""

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__("; ".join(f"{d.code}: {d.message}" for d in diagnostics))
        self.diagnostics: tuple[Diagnostic, ...] = diagnostics
