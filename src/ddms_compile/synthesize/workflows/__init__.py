"""The pipeline on GitHub Actions."""

from ddms_compile.synthesize.workflows.emit import emit_workflows

__all__ = ["emit_workflows"]
