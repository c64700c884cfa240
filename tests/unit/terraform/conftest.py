"""Stacks, made once for all tests of this folder."""

import pytest

from ddms_compile.cdktf import Binding, load
from ddms_compile.cdktf.types import TYPES
from terraform.documents import Make, Stack, by_shape, maker


@pytest.fixture(scope="session")
def binding(tmp_path_factory: pytest.TempPathFactory) -> Binding:
    """The CDKTF classes."""
    return load(TYPES, cache_dir=tmp_path_factory.mktemp("bindings"))


@pytest.fixture(scope="session")
def make(binding: Binding) -> Make:
    """The JSON of a stack of any environment."""
    return maker(binding)


@pytest.fixture(scope="session")
def stack(make: Make) -> Stack:
    """The JSON of a stack of a shape."""
    return by_shape(make)
