"""Terraform JSON, synthesized by CDKTF."""
