"""The runbook of each environment."""

from ddms_compile.runbook.emit import emit_runbook

__all__ = ["emit_runbook"]
