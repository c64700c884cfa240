"""From a stack to Terraform JSON, in memory."""

import json
import sys
from typing import Any


def synthesize(stack: Any) -> dict[str, Any]:
    """The Terraform JSON of a `TerraformStack`, without CDKTF's metadata (`//`), after its validations.

    CDKTF makes it in two passes: the first may add elements (a default backend), the second writes. Its `Testing.synth`
    is the one way that gives text in one message; the tree itself would be converted value by value.
    """
    stack.prepare_stack()
    base = next(kind for kind in type(stack).__mro__ if kind.__name__ == "TerraformStack")
    core = sys.modules[base.__module__]
    result: dict[str, Any] = json.loads(core.Testing.synth(stack, True))
    return result
