"""The projects of the command line's tests."""

from cli.conftest import fake, project

__all__ = ["fake", "project"]
