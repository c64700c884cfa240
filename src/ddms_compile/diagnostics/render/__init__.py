"""Renderings of diagnostics, one module per format, each with the same `render`."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

from ddms_compile.diagnostics.diagnostic import Diagnostic
from ddms_compile.diagnostics.render import github, json, plain, sarif


class Render(Protocol):
    """`sources` maps the path of a span to the text of that file; without it a place is shown without its line."""

    def __call__(
        self, diagnostics: Sequence[Diagnostic], sources: Mapping[str, str], *, color: bool = False
    ) -> str: ...


FORMATS: Mapping[str, Render] = MappingProxyType(
    {"plain": plain.render, "json": json.render, "sarif": sarif.render, "github": github.render}
)

__all__ = ["FORMATS", "Render"]
