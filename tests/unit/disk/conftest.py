"""The projects of the command line's tests."""

import pytest

from cli.conftest import fake, project

__all__ = ["fake", "project"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that change the modes of the folders above their own run in one process, one after the other."""
    for item in items:
        if "unprivileged" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("unprivileged"))
