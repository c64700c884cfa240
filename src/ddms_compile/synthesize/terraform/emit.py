"""The emitter: every stack of every wanted environment as one file of Terraform JSON."""

import json
from collections.abc import Callable, Iterator

from ddms_compile.artifact import Artifact
from ddms_compile.resolve import Environment
from ddms_compile.synthesize.inputs import Inputs
from ddms_compile.synthesize.terraform.bindings import Binding, load
from ddms_compile.synthesize.terraform.foundation import foundation
from ddms_compile.synthesize.terraform.stack import Stack
from ddms_compile.synthesize.terraform.types import TYPES

STACKS: tuple[Callable[[Binding, Environment], Stack], ...] = (foundation,)
"""The stacks of an environment in the order in which they are applied."""


def emit_terraform(inputs: Inputs) -> Iterator[Artifact]:
    """`generated/<environment>/terraform/stacks/<stack>/cdk.tf.json`; nothing for the tier `local`."""
    environments = [environment for environment in inputs.selected if environment.tier != "local"]
    if not environments:
        return
    binding = load(TYPES, cache_dir=inputs.cache_dir, on_progress=inputs.progress)
    for environment in environments:
        for make_stack in STACKS:
            stack = make_stack(binding, environment)
            tree, origins = stack.finish()
            yield Artifact(
                path=f"generated/{environment.name}/terraform/stacks/{stack.name}/cdk.tf.json",
                text=json.dumps(tree, indent=2, sort_keys=True, ensure_ascii=False) + "\n",
                environment=environment.name,
                emitter="terraform",
                origins=origins,
            )
