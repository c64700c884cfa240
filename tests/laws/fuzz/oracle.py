"""What is wrong with how a case went: a list of findings, each a short sentence whose beginning is its kind."""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ddms_compile.cli.exits import INTERNAL, OK, PROBLEMS, TROUBLE, USAGE
from ddms_compile.diagnostics.diagnostic import Diagnostic, Label
from fuzz import dictionary, rows
from fuzz.case import Case
from fuzz.entries import Entry
from fuzz.execute import Ran
from fuzz.sandbox import Sandbox

SECONDS = 2.0
"""Of the processor, so that a busy machine cannot fail a case."""
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_PART = 14
"""Characters of a secret in a row that count as showing it; its public beginning counts as one place less."""
_FRAME = re.compile(r'File "[^"]*/ddms_compile/([^"]+)", line \d+, in (\S+)')


def judge(case: Case, ran: Ran, entries: Mapping[str, Entry], sandbox: Sandbox) -> list[str]:
    """Everything that is wrong; nothing is an empty list."""
    return sorted(
        {
            *_crashes(ran),
            *_places(ran, sandbox),
            *_formats(ran),
            *_secrets(ran, entries, sandbox),
            *_touched(case, ran, sandbox),
        }
    )


def _crashes(ran: Ran) -> Iterator[str]:
    where = _FRAME.findall(ran.raised or ran.internal)
    frame = ":".join(where[-1]) if where else "?"
    last = (ran.raised or ran.internal).strip().rpartition("\n")[2].partition(":")[0]
    if ran.raised:
        yield f"crash: {last} in {frame}"
    elif ran.code == INTERNAL or ran.internal or any(d.code.startswith("DDMS900") for d in ran.diagnostics):
        yield f"internal error: {last} in {frame}"
    elif ran.code not in (OK, PROBLEMS, USAGE, TROUBLE):
        yield f"exit code: {ran.code}"
    if "Traceback (most recent call last)" in ran.out + ran.err:
        yield "traceback: in the output"
    if ran.cpu > SECONDS:
        yield "slow: more than 2 s of the processor"
    if len(ran.out) + len(ran.err) > 400_000:
        yield "flood: more than 400,000 characters of output"


def _places(ran: Ran, sandbox: Sandbox) -> Iterator[str]:
    for diagnostic in ran.diagnostics:
        for label in (diagnostic.primary, *diagnostic.related):
            if label is not None and not _exists(label, ran.sources, sandbox):
                yield f"place: {diagnostic.code} is outside of its file"


def _exists(label: Label, sources: Mapping[str, str], sandbox: Sandbox) -> bool:
    span = label.span
    if (span.end_line, span.end_column) < (span.line, span.column) or min(span.line, span.column) < 1:
        return False
    if span.path not in sources:
        return (span.line, span.column) == (1, 1) or (sandbox.project / span.path).is_file()
    lines = sources[span.path].split("\n")
    inside = span.line <= len(lines) and span.column <= len(lines[span.line - 1]) + 1
    return inside and span.end_line <= len(lines) and span.end_column <= len(lines[span.end_line - 1]) + 2


def _formats(ran: Ran) -> Iterator[str]:
    if ran.raised:
        return
    if _control(ran.rendered["plain"]) or _control(ran.err):
        yield "control character: in plain output"
    if _control(ran.rendered["github"]) or any(
        not line.startswith("::") for line in ran.rendered["github"].split("\n")[:-1]
    ):
        yield "format: a GitHub annotation is not one line"
    try:
        listed = json.loads(ran.rendered["json"])["diagnostics"]
        log = json.loads(ran.rendered["sarif"])
    except ValueError:
        yield "format: JSON or SARIF that cannot be parsed"
        return
    if not ran.rendered["json"].isascii() or len(listed) != len(log["runs"][0]["results"]):
        yield "format: JSON and SARIF do not agree"
    if any(not _is_result(result) for result in log["runs"][0]["results"]):
        yield "format: SARIF of a wrong shape"


def _is_result(result: Mapping[str, Any]) -> bool:
    """What SARIF 2.1.0 demands of a result as we write it: section 3.27, regions 3.30."""
    places = [*result.get("locations", []), *result.get("relatedLocations", [])]
    regions = [place["physicalLocation"]["region"] for place in places]
    uris = [place["physicalLocation"]["artifactLocation"]["uri"] for place in places]
    numbers = all(isinstance(n, int) and n >= 1 for region in regions for n in region.values())
    return bool(result["message"]["text"]) and numbers and all(uri.isascii() and " " not in uri for uri in uris)


def _control(text: str) -> bool:
    if text.isascii():
        return any((c < " " and c != "\n") or c == "\x7f" for c in text)
    return any(unicodedata.category(c) in _HIDDEN and c not in "\n\u200d" for c in text)


def _secrets(ran: Ran, entries: Mapping[str, Entry], sandbox: Sandbox) -> Iterator[str]:
    given = {secret for secret in dictionary.SECRETS for entry in entries.values() if _holds(entry.content, secret)}
    if not given:
        return
    shown = "\n".join((ran.out, ran.err, *ran.rendered.values()))
    for secret in sorted(given):
        parts = _parts(secret, entries)
        if any(part in shown for part in parts):
            yield f"secret: {secret[:5]}… is shown"
        for path in ran.inside:
            file = sandbox.project / path
            if file.is_file() and any(part in file.read_text("utf-8", "replace") for part in parts):
                yield f"secret: {secret[:5]}… is in {Path(path).name}"


def _holds(content: bytes, secret: str) -> bool:
    """Whether a file holds the secret whole, and as a word of its own: another letter on it makes it another word."""
    token = secret.encode()
    return (
        token in content
        and re.search(rb"(?<![A-Za-z0-9_+/=-])" + re.escape(token) + rb"(?![A-Za-z0-9_+/=.-])", content) is not None
    )


def _parts(secret: str, entries: Mapping[str, Entry]) -> list[str]:
    """The parts of the secret that betray it: a mutation may have left a part as a word of its own, which is none."""
    elsewhere = b"\n".join(entry.content.replace(secret.encode(), b"") for entry in entries.values())
    parts = (secret[start : start + _PART] for start in range(4, len(secret) - _PART + 1))
    return [part for part in parts if part.encode() not in elsewhere]


def _touched(case: Case, ran: Ran, sandbox: Sandbox) -> Iterator[str]:
    row = rows.row_of(case.arguments)
    for path in ran.outside:
        yield f"outside: {path.split('/')[0]}/ was touched"
    for what in rows.beyond(row, ran.events, sandbox):
        yield f"beyond: {what}"
    for path in ran.inside:
        if not any(rows.covers(word, path.rstrip("/")) for word in row.writes):
            yield f"inside: {path} was changed"


def kind_of(finding: str) -> str:
    """Findings of one kind are the same fault."""
    return finding.partition(" was changed")[0] if finding.startswith("inside") else finding


def codes(diagnostics: list[Diagnostic]) -> set[str]:
    """Which codes a case reached."""
    return {diagnostic.code for diagnostic in diagnostics}
