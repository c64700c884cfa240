"""The command line: one file per command, and the only place that reads the process environment."""

from ddms_compile.cli.app import main

__all__ = ["main"]
