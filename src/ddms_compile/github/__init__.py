"""The pipeline on GitHub Actions."""

from ddms_compile.github.emit import emit_workflows

__all__ = ["emit_workflows"]
