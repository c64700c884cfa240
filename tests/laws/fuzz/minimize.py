"""A case made small: fewer changed files, then fewer lines, then fewer bytes, as long as the finding stays."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from fuzz.case import Case
from fuzz.entries import Entry, file

Still = Callable[[Case], bool]
ROUNDS = 400
"""Cases that one minimization may run."""


def minimize(case: Case, still: Still) -> Case:
    """The smallest case found for which `still` holds; `case` itself must be one."""
    budget = [ROUNDS]

    def holds(candidate: Case) -> bool:
        budget[0] -= 1
        return budget[0] >= 0 and still(candidate)

    case = _fewer_changes(case, holds)
    for path, entry in list(case.changes.items()):
        if entry is not None and entry.kind == "file":
            for separator in (b"\n", b""):
                case = _shorter(case, path, separator, holds)
    return case


def _fewer_changes(case: Case, holds: Still) -> Case:
    for path in list(case.changes):
        smaller: Mapping[str, Entry | None] = {name: entry for name, entry in case.changes.items() if name != path}
        if holds(replace(case, changes=smaller)):
            case = replace(case, changes=smaller)
    return case


def _shorter(case: Case, path: str, separator: bytes, holds: Still) -> Case:
    """Leaves out halves, quarters, … of the parts of a file (Zeller, "delta debugging")."""
    entry = case.changes[path]
    assert entry is not None
    parts = entry.content.split(separator) if separator else [bytes([b]) for b in entry.content[:4000]]
    if not separator and len(entry.content) > len(parts):
        return case
    size = max(1, len(parts) // 2)
    while size:
        start = 0
        while start < len(parts):
            fewer = parts[:start] + parts[start + size :]
            candidate = replace(case, changes={**case.changes, path: file(separator.join(fewer))})
            if holds(candidate):
                case, parts = candidate, fewer
            else:
                start += size
        size //= 2
    return case
