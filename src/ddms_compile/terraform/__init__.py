"""Terraform JSON, made by CDKTF: `emit` makes it, in a `session`."""
