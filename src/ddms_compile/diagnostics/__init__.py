"""Diagnostics: values, codes, order and renderers."""

from ddms_compile.diagnostics.diagnostic import Diagnostic, DiagnosticError, Label, Severity, Span
from ddms_compile.diagnostics.keys import Key, dotted, parse_key
from ddms_compile.diagnostics.order import in_order

__all__ = [
    "Diagnostic",
    "DiagnosticError",
    "Key",
    "Label",
    "Severity",
    "Span",
    "dotted",
    "in_order",
    "parse_key",
]
