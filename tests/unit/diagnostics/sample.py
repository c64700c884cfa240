"""Diagnostics to render: one with everything, one with nothing but a message."""

from ddms_compile.diagnostics import Diagnostic, Label, Severity, Span


def span(line: int, column: int, end: int, *, path: str = "environments/prod.toml", end_line: int = 0) -> Span:
    return Span(path=path, line=line, column=column, end_line=end_line or line, end_column=end)


def error(primary: Span | None, message: str = "m", *, label: str = "", related: tuple[Label, ...] = ()) -> Diagnostic:
    place = None if primary is None else Label(span=primary, message=label)
    return Diagnostic(code="DDMS003", severity=Severity.ERROR, message=message, primary=place, related=related)


PROD = 'tier = "production"\n\n[network]\ncidr = "10.10.0.0/16"\n'
STAGING = 'tier = "staging"\n[network]\ncidr = "10.10.0.0/16"\n'
SOURCES = {"environments/prod.toml": PROD, "environments/staging.toml": STAGING}

FULL = Diagnostic(
    code="DDMS009",
    severity=Severity.ERROR,
    message="network.cidr of prod overlaps staging",
    primary=Label(span=span(4, 8, 22), message="overlaps, 100%"),
    related=(
        Label(span=span(1, 1, 5), message="disabled here"),
        Label(span=span(3, 8, 22, path="environments/staging.toml")),
    ),
    notes=("one\nand two",),
    help=("pick another: 10.11.0.0/16, say",),
)
BARE = Diagnostic(code="DDMS006", severity=Severity.WARNING, message="there are no environments")
