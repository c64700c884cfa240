"""The diagnostic: one value per problem, independent of rendering."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """Severity. Only `ERROR` stops a build."""

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
    """A span and its message, which may be empty.

    `secret`: renderers mask the text of the span, in this diagnostic and in others.
    """

    span: Span
    message: str = ""
    secret: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One problem: a code of `diagnostics.codes`, the primary label, related labels, notes, and help.

    `more`: number of similar diagnostics that are not shown, but counted.
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
        """The notes, and the number of diagnostics that are not shown."""
        return (*self.notes, f"and {self.more:,} more like it") if self.more else self.notes


class DiagnosticError(Exception):
    """A step failed; at least one of `diagnostics` is an error."""

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__("; ".join(f"{d.code}: {d.message}" for d in diagnostics))
        self.diagnostics: tuple[Diagnostic, ...] = diagnostics
