"""Terraform JSON, made by CDKTF: `emit` makes it, `start` brings up what that needs."""
