"""The application in Docker Compose."""

from ddms_compile.local.compose.emit import emit_compose

__all__ = ["emit_compose"]
