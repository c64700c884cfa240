"""Terraform JSON, made by CDKTF."""

from ddms_compile.synthesize.terraform.emit import emit_terraform, start, stop

__all__ = ["emit_terraform", "start", "stop"]
