"""Renderings of diagnostics, one module per format, each with the same `render`; all of them behind one gate."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

from ddms_compile.diagnostics.diagnostic import Diagnostic
from ddms_compile.diagnostics.render import github, json, plain, sarif
from ddms_compile.diagnostics.render.redacted import redacted


class Render(Protocol):
    """`sources` maps the path of a span to the text of that file; without it a place is shown without its line."""

    def __call__(
        self, diagnostics: Sequence[Diagnostic], sources: Mapping[str, str], *, color: bool = False
    ) -> str: ...


def _gated(render: Render) -> Render:
    """A renderer that never sees a secret."""

    def gated(diagnostics: Sequence[Diagnostic], sources: Mapping[str, str], *, color: bool = False) -> str:
        return render(*redacted(diagnostics, sources), color=color)

    return gated


FORMATS: Mapping[str, Render] = MappingProxyType(
    {
        name: _gated(module.render)
        for name, module in (("plain", plain), ("json", json), ("sarif", sarif), ("github", github))
    }
)
"""The only way to a rendering: nothing else calls the modules."""

__all__ = ["FORMATS", "Render", "redacted"]
