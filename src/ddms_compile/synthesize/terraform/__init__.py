"""Terraform JSON, made by CDKTF."""

from ddms_compile.synthesize.terraform.emit import emit_terraform

__all__ = ["emit_terraform"]
