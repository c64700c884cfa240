"""The command line: one file per command; the only folder that reads the process environment."""

from ddms_compile.cli.app import main

__all__ = ["main"]
