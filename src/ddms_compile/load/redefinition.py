"""Duplicate keys, with both positions."""

from ddms_compile.diagnostics import Diagnostic, Key, Label, Severity, dotted
from ddms_compile.load.occurrences import NameKind, Occurrence, read_occurrences
from ddms_compile.load.source import Source


def redefinition(source: Source) -> Diagnostic | None:
    """Return an error for the first key that an earlier occurrence excludes, or None."""
    seen: dict[Key, Occurrence] = {}
    implied: dict[Key, Occurrence] = {}
    for occurrence in read_occurrences(source).occurrences:
        earlier = _excluded_by(occurrence, seen, implied)
        if earlier is not None:
            return _twice(source, occurrence, earlier)
        if occurrence.kind is NameKind.IMPLIED:
            implied.setdefault(occurrence.key, occurrence)
        else:
            seen[occurrence.key] = occurrence
    return None


def _excluded_by(
    occurrence: Occurrence, seen: dict[Key, Occurrence], implied: dict[Key, Occurrence]
) -> Occurrence | None:
    """Return the earlier occurrence that excludes this one: the same key, a value above it, or keys below it."""
    key = occurrence.key
    same = seen.get(key)
    if occurrence.kind is NameKind.IMPLIED:
        return same if same is not None and same.kind is NameKind.VALUE else None
    if same is not None:
        return same
    return implied.get(key) if occurrence.kind is not NameKind.HEADER else None


def _twice(source: Source, second: Occurrence, first: Occurrence) -> Diagnostic:
    name = dotted(first.key)
    table = second.kind is NameKind.HEADER and first.kind is NameKind.HEADER
    if table:
        message = f"the table [{name}] is defined twice"
        advice = "put all its keys under one header"
    elif second.key == first.key and second.kind is first.kind:
        message = f"{name} is defined twice"
        advice = "keep one of them"
    else:
        message = f"{name} is defined in two ways"
        advice = "write it as a table or as a value, not both; an inline table cannot be extended later"
    return Diagnostic(
        code="DDMS003",
        severity=Severity.ERROR,
        message=f"{source.path} is not valid TOML: {message}",
        primary=Label(span=second.name, message="defined again"),
        related=(Label(span=first.name, message="first defined here"),),
        help=(advice,),
    )
