"""GitHub code scanning: a SARIF 2.1.0 log (OASIS standard, https://docs.oasis-open.org/sarif/sarif/v2.1.0/).

Columns are declared as code points (section 3.14.17, `columnKind`); paths are relative to `%SRCROOT%` (3.14.14).
"""

import json
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from ddms_compile.diagnostics.codes import explanation, title
from ddms_compile.diagnostics.diagnostic import Diagnostic, Label, Severity, Span
from ddms_compile.diagnostics.order import in_order
from ddms_compile.tree import Tree

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_BUILT_IN = "ddms-compile:"
_LEVEL = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}


def render(diagnostics: Sequence[Diagnostic], sources: Mapping[str, str], *, color: bool = False) -> str:  # noqa: ARG001
    """Return one run with one result per diagnostic."""
    ordered = in_order(diagnostics)
    codes = sorted({d.code for d in ordered})
    run = {
        "tool": {"driver": {"name": "ddms-compile", "rules": [_rule(code) for code in codes]}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(d, codes.index(d.code)) for d in ordered],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(code: str) -> dict[str, Tree]:
    try:
        text = explanation(code)
    except KeyError:
        return {"id": code}
    return {
        "id": code,
        "shortDescription": {"text": title(code)},
        "help": {"text": text, "markdown": text},
    }


def _result(diagnostic: Diagnostic, index: int) -> dict[str, Tree]:
    text = [diagnostic.message]
    if diagnostic.primary is not None and diagnostic.primary.message:
        text.append(diagnostic.primary.message)
    text += [f"note: {note}" for note in diagnostic.said]
    text += [f"help: {advice}" for advice in diagnostic.help]
    result: dict[str, Tree] = {
        "ruleId": diagnostic.code,
        "ruleIndex": index,
        "level": _LEVEL[diagnostic.severity],
        "message": {"text": "\n".join(text)},
    }
    if diagnostic.primary is not None:
        result["locations"] = [{"physicalLocation": _physical(diagnostic.primary.span)}]
    if diagnostic.related:
        result["relatedLocations"] = [_related(n, label) for n, label in enumerate(diagnostic.related)]
    return result


def _related(number: int, label: Label) -> dict[str, Tree]:
    location: dict[str, Tree] = {"id": number, "physicalLocation": _physical(label.span)}
    if label.message:
        location["message"] = {"text": label.message}
    return location


def _physical(span: Span) -> dict[str, Tree]:
    return {
        "artifactLocation": _artifact(span.path),
        "region": {
            "startLine": span.line,
            "startColumn": span.column,
            "endLine": span.end_line,
            "endColumn": span.end_column,
        },
    }


def _artifact(path: str) -> dict[str, str]:
    if path.startswith(_BUILT_IN):  # a file of the compiler, not of the project
        return {"uri": _BUILT_IN + quote(path.removeprefix(_BUILT_IN))}
    return {"uri": quote(path, errors="surrogateescape"), "uriBaseId": "%SRCROOT%"}
