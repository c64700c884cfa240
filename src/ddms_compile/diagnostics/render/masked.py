"""Sources without the secrets in them."""

from collections.abc import Iterable, Mapping

from ddms_compile.diagnostics.diagnostic import Diagnostic, Span


def masked(sources: Mapping[str, str], diagnostics: Iterable[Diagnostic]) -> Mapping[str, str]:
    """The texts with `*` for each character of what a diagnostic calls secret, so that no position moves."""
    secret: dict[str, list[Span]] = {}
    for diagnostic in diagnostics:
        for label in (diagnostic.primary, *diagnostic.related):
            if label is not None and label.secret:
                secret.setdefault(label.span.path, []).append(label.span)
    return {path: _without(text, secret[path]) if path in secret else text for path, text in sources.items()}


def _without(text: str, spans: Iterable[Span]) -> str:
    lines = text.split("\n")
    for span in spans:
        for number in range(span.line, min(span.end_line, len(lines)) + 1):
            line = lines[number - 1]
            start = span.column - 1 if number == span.line else 0
            end = span.end_column - 1 if number == span.end_line else len(line)
            lines[number - 1] = line[:start] + "".join(map(_star, line[start:end])) + line[end:]
    return "\n".join(lines)


def _star(character: str) -> str:
    """Quotes stay, so that one sees that it is a string; so does a carriage return at the end of a line."""
    return character if character in "\"'\r" else "*"
