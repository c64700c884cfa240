"""Stacks, made once for all tests of this folder: JSON and origins by shape and stack."""

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from ddms_compile.cdktf import Binding, load
from ddms_compile.cdktf.types import TYPES
from ddms_compile.resolve import Environment
from ddms_compile.resolve.accounts import make_accounts
from ddms_compile.terraform.stacks.bootstrap import bootstrap
from ddms_compile.terraform.stacks.foundation import foundation
from ddms_compile.terraform.stacks.platform import platform
from terraform.shapes import environment

Document = dict[str, Any]
Build = Callable[[str, str], Document]


@pytest.fixture(scope="session")
def binding(tmp_path_factory: pytest.TempPathFactory) -> Binding:
    """The CDKTF classes."""
    return load(TYPES, cache_dir=tmp_path_factory.mktemp("bindings"))


@pytest.fixture(scope="session")
def make(binding: Binding) -> Callable[[Environment, str], Document]:
    """The JSON of a stack of any environment; `bootstrap` is the stack of its account."""

    def build(env: Environment, stack: str) -> Document:
        if stack == "bootstrap":
            wanted = env.names.account.value
            beside = {name: environment(name) for name in ("prod", "staging")}
            (account,) = [a for a in make_accounts({**beside, env.name: env}) if a.number.value == wanted]
            return bootstrap(binding, account).finish()[0]
        return {"foundation": foundation, "platform": platform}[stack](binding, env).finish()[0]

    return build


@pytest.fixture(scope="session")
def stack(make: Callable[[Environment, str], Document]) -> Build:
    """The JSON of a stack of a shape."""
    return cache(lambda shape, name: make(environment(shape), name))
