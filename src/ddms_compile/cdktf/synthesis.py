"""Synthesis of a stack to Terraform JSON, in memory."""

import json
import sys
from typing import Any

from ddms_compile.tree import Tree


def synthesize(stack: Any) -> dict[str, Tree]:
    """Return the Terraform JSON of a `TerraformStack`, without CDKTF's metadata (`//`), after its validations.

    CDKTF synthesizes in two passes: the first may add elements (a default backend), the second writes. `Testing.synth`
    returns the text in one message; jsii would convert the tree itself value by value.
    """
    stack.prepare_stack()
    base = next(kind for kind in type(stack).__mro__ if kind.__name__ == "TerraformStack")
    core = sys.modules[base.__module__]
    result: dict[str, Tree] = json.loads(core.Testing.synth(stack, True))
    return result
