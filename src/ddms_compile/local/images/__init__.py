"""How the images of the two workloads are built."""

from ddms_compile.local.images.emit import emit_images

__all__ = ["emit_images"]
