"""The application on a laptop."""

from ddms_compile.synthesize.compose.emit import emit_compose

__all__ = ["emit_compose"]
