"""Makes the JSON of any stack, and names the types of the fixtures that do."""

from collections.abc import Callable
from functools import cache
from typing import Any

from ddms_compile.cdktf import Binding
from ddms_compile.resolve import Environment
from ddms_compile.resolve.accounts import make_accounts
from ddms_compile.terraform.stacks.bootstrap import bootstrap
from ddms_compile.terraform.stacks.foundation import foundation
from ddms_compile.terraform.stacks.platform import platform
from terraform.shapes import environment

Document = dict[str, Any]
"""The JSON of a stack; tests index it by the resources that they know to be there."""

Stack = Callable[[str, str], Document]
"""`stack(shape, name)`: the document of a stack of a shape, made once."""

Make = Callable[[Environment, str], Document]
"""`make(environment, name)`: the document of a stack of any environment; `bootstrap` is the stack of its account."""


def maker(binding: Binding) -> Make:
    """Makes stacks with the CDKTF classes of the binding."""

    def build(env: Environment, name: str) -> Document:
        if name == "bootstrap":
            wanted = env.names.account.value
            beside = {other: environment(other) for other in ("prod", "staging")}
            (account,) = [a for a in make_accounts({**beside, env.name: env}) if a.number.value == wanted]
            return bootstrap(binding, account).finish()[0]
        return {"foundation": foundation, "platform": platform}[name](binding, env).finish()[0]

    return build


def by_shape(make: Make) -> Stack:
    """Makes each stack of each shape once."""
    return cache(lambda shape, name: make(environment(shape), name))
