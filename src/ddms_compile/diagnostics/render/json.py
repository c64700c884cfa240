"""JSON: one object. The shape is stable; fields may be added, and `version` counts breaking changes.

    {"version": 1,
     "summary": {"errors": 1, "warnings": 0, "notes": 0},
     "diagnostics": [
       {"code": "DDMS201", "severity": "error" | "warning" | "note", "message": "...",
        "primary": PLACE | null, "related": [PLACE, ...], "notes": ["..."], "help": ["..."], "more": 0}]}

`more`: number of similar diagnostics that are not listed, but counted in the summary.

    PLACE = {"path": "environments/prod.toml", "message": "...",
             "start": {"line": 9, "column": 8}, "end": {"line": 9, "column": 22}}

Paths are relative to the project, lines and columns count from 1, columns in Unicode code points, the end is exclusive.
The text is ASCII, so it survives any terminal encoding.
"""

import json
from collections.abc import Mapping, Sequence

from ddms_compile.diagnostics.diagnostic import Diagnostic, Label, Severity
from ddms_compile.diagnostics.order import in_order
from ddms_compile.tree import Tree


def render(diagnostics: Sequence[Diagnostic], sources: Mapping[str, str], *, color: bool = False) -> str:  # noqa: ARG001
    """Return the object described above, also without diagnostics."""
    ordered = in_order(diagnostics)
    summary = {f"{severity}s": sum(1 + d.more for d in ordered if d.severity is severity) for severity in Severity}
    document = {"version": 1, "summary": summary, "diagnostics": [_diagnostic(d) for d in ordered]}
    return json.dumps(document, indent=2) + "\n"


def _diagnostic(diagnostic: Diagnostic) -> dict[str, Tree]:
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "primary": None if diagnostic.primary is None else _place(diagnostic.primary),
        "related": [_place(label) for label in diagnostic.related],
        "notes": list(diagnostic.said),
        "help": list(diagnostic.help),
        "more": diagnostic.more,
    }


def _place(label: Label) -> dict[str, Tree]:
    span = label.span
    return {
        "path": span.path,
        "message": label.message,
        "start": {"line": span.line, "column": span.column},
        "end": {"line": span.end_line, "column": span.end_column},
    }
