"""Dockerfiles of both workloads."""

from ddms_compile.local.images.emit import emit_images

__all__ = ["emit_images"]
