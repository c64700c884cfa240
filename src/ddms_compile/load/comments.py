"""Comments with secrets, and comments with characters that reorder the displayed text.

They are committed like everything else in a file.
"""

import re
from collections.abc import Iterator

from ddms_compile.diagnostics import Diagnostic, Label, Severity, Span
from ddms_compile.exposure import secrets_in
from ddms_compile.load.openers import comments
from ddms_compile.load.source import Source

_REORDERING = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
"""Embeddings, overrides and isolates (Unicode Standard Annex 9): a value can look like a comment, and the reverse."""


def comment_problems(source: Source) -> Iterator[Diagnostic]:
    """Yield an error for each comment with a secret or with a character that reorders the line."""
    if "#" not in source.text:
        return
    found = list(comments(source.text))
    text = "\n".join(text for _, text in found)
    if next(secrets_in(text), None) is None and _REORDERING.search(text) is None:
        return
    line, begin = 1, 0
    for start, text in found:
        line += source.text.count("\n", begin, start)
        begin = start
        column = start - source.text.rfind("\n", 0, start)
        secret = next(secrets_in(text), None)
        if secret is not None:
            yield _secret(_span(source, line, column + secret.start, column + secret.end), secret.kind)
        hidden = _REORDERING.search(text)
        if hidden is not None:
            yield _reordered(_span(source, line, column + hidden.start(), column + hidden.end()), hidden[0])


def _span(source: Source, line: int, column: int, end: int) -> Span:
    return Span(path=source.path, line=line, column=column, end_line=line, end_column=end)


def _secret(span: Span, kind: str) -> Diagnostic:
    return Diagnostic(
        code="DDMS241",
        severity=Severity.ERROR,
        message=f"a comment contains {kind}",
        primary=Label(span=span, message="value hidden", secret=True),
        notes=(
            (
                "the file is committed: if it was pushed, the secret is exposed; revoke it "
                "at its issuer and create a new one"
            ),
        ),
        help=("delete it from the comment",),
    )


def _reordered(span: Span, character: str) -> Diagnostic:
    return Diagnostic(
        code="DDMS245",
        severity=Severity.ERROR,
        message=f"a comment contains the invisible character U+{ord(character):04X}",
        primary=Label(span=span, message="changes the display order"),
        help=("delete it, or retype the text; it may have been copied from elsewhere",),
    )
