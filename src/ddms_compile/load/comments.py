"""Secrets in comments: they are committed like everything else in the file."""

from collections.abc import Iterator

from ddms_compile.diagnostics import Diagnostic, Label, Severity
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
    from ddms_compile.load.syntax import point

    for start, text in found:
        secret = next(secrets_in(text), None)
        if secret is not None:
            span = point(source, start + secret.start, secret.end - secret.start)
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
