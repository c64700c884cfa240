"""Helm, in a separate process with resource limits."""
