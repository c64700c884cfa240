"""Secrets in comments: they are committed like everything else in the file."""

from collections.abc import Iterator

from ddms_compile.diagnostics import Diagnostic, Label, Severity, Span
from ddms_compile.exposure import secrets_in
from ddms_compile.load.openers import comments
from ddms_compile.load.source import Source


def comment_problems(source: Source) -> Iterator[Diagnostic]:
    """An error for each comment with a secret in it."""
    if "#" not in source.text:
        return
    found = list(comments(source.text))
    if next(secrets_in("\n".join(text for _, text in found)), None) is None:
        return
    line, begin = 1, 0
    for start, text in found:
        line += source.text.count("\n", begin, start)
        begin = start
        secret = next(secrets_in(text), None)
        if secret is not None:
            column = start + secret.start - source.text.rfind("\n", 0, start)
            end = column + secret.end - secret.start
            span = Span(path=source.path, line=line, column=column, end_line=line, end_column=end)
            yield Diagnostic(
                code="DDMS241",
                severity=Severity.ERROR,
                message=f"a comment holds {secret.kind}",
                primary=Label(span=span, message="not shown here", secret=True),
                notes=(
                    "the file is committed: if it was pushed, the secret is known; make a new one where it came from",
                ),
                help=("remove it from the comment",),
            )
