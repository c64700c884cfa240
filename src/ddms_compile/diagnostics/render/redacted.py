"""Redaction of secrets, which every diagnostic passes before rendering.

No rendering in any format shows a secret that `exposure` finds in the sources. In the texts of a diagnostic (message,
labels, notes, help, paths), values that look like secrets are masked, and values of secret-like names in the sources;
in quoted sources both, and the spans of labels with `secret`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from ddms_compile.diagnostics.diagnostic import Diagnostic, Label, Span
from ddms_compile.exposure import masked, redact, secrets_of_document
from ddms_compile.exposure.mask import starred

OWN = "ddms-compile:"
"""Prefix of the paths of built-in files, which hold no secret."""

_SHORTEST = 6
_MOST = 500
_PART = 12
"""Limits on values to mask in texts: their length, their number, and their parts between dots."""


def redacted(
    diagnostics: Iterable[Diagnostic], sources: Mapping[str, str]
) -> tuple[tuple[Diagnostic, ...], Mapping[str, str]]:
    """Return the diagnostics and the sources that they quote, with secrets masked. Positions stay."""
    diagnostics = tuple(diagnostics)
    hidden: dict[str, list[Span]] = {}
    for label in _labels(diagnostics):
        hidden.setdefault(label.span.path, []).extend([label.span] if label.secret else [])
    shown = {path: sources[path] for path in hidden if path in sources}
    clean = _cleaner(text for path, text in shown.items() if not path.startswith(OWN))
    texts = {clean(path): _source(path, text, hidden[path]) for path, text in shown.items()}
    return tuple(_diagnostic(diagnostic, clean) for diagnostic in diagnostics), texts


def _labels(diagnostics: Iterable[Diagnostic]) -> Iterable[Label]:
    return (label for d in diagnostics for label in (d.primary, *d.related) if label is not None)


def _source(path: str, text: str, hidden: Sequence[Span]) -> str:
    return starred(text if path.startswith(OWN) else masked(text), _offsets(text, hidden))


def _offsets(text: str, spans: Sequence[Span]) -> Iterable[tuple[int, int]]:
    """Yield start and end offsets of spans. Only LF ends a line."""
    if not spans:
        return
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    last = len(starts) - 2
    for span in spans:
        yield (
            starts[min(span.line - 1, last)] + span.column - 1,
            starts[min(span.end_line - 1, last)] + span.end_column - 1,
        )


def _cleaner(texts: Iterable[str]) -> Callable[[str], str]:
    """Return a function that masks secrets in one text of a diagnostic, including those known only from the source."""
    known: dict[str, None] = {}
    for text in texts:
        if masked(text) != text:
            for secret in secrets_of_document(text):
                value = text[secret.start : secret.end].strip().strip("\"'")
                if len(value) >= _SHORTEST:
                    known[value] = None
                # A token with dots that is written as a key becomes several keys, which messages name one by one.
                known.update(dict.fromkeys(part for part in value.split(".") if len(part) >= _PART))
    values = sorted(known, key=lambda value: (-len(value), value))[:_MOST]

    def clean(text: str) -> str:
        for value in values:
            if value in text:
                text = text.replace(value, "*" * len(value))
        return redact(text)

    return clean


def _diagnostic(diagnostic: Diagnostic, clean: Callable[[str], str]) -> Diagnostic:
    return replace(
        diagnostic,
        message=clean(diagnostic.message),
        primary=None if diagnostic.primary is None else _label(diagnostic.primary, clean),
        related=tuple(_label(label, clean) for label in diagnostic.related),
        notes=tuple(map(clean, diagnostic.notes)),
        help=tuple(map(clean, diagnostic.help)),
    )


def _label(label: Label, clean: Callable[[str], str]) -> Label:
    span = replace(label.span, path=clean(label.span.path))
    return replace(label, span=span, message=clean(label.message))
