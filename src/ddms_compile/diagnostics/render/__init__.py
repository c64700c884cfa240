"""Renderers of diagnostics, one module per format with the same `render`, all behind the redaction of secrets."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

from ddms_compile.diagnostics.diagnostic import Diagnostic
from ddms_compile.diagnostics.render import github, json, plain, sarif
from ddms_compile.diagnostics.render.redacted import redacted


class Render(Protocol):
    """A renderer. `sources`: path of a span -> text of the file; without it the source line is left out."""

    def __call__(
        self, diagnostics: Sequence[Diagnostic], sources: Mapping[str, str], *, color: bool = False
    ) -> str: ...


def _gated(render: Render) -> Render:
    """Return a renderer whose input is redacted."""

    def gated(diagnostics: Sequence[Diagnostic], sources: Mapping[str, str], *, color: bool = False) -> str:
        return render(*redacted(diagnostics, sources), color=color)

    return gated


FORMATS: Mapping[str, Render] = MappingProxyType(
    {
        name: _gated(module.render)
        for name, module in (("plain", plain), ("json", json), ("sarif", sarif), ("github", github))
    }
)
"""Format -> renderer; no other code calls the modules."""

__all__ = ["FORMATS", "Render", "redacted"]
