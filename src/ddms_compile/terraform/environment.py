"""The stacks of one environment, and its ledger."""

import datetime
from collections.abc import Callable

from ddms_compile.cdktf import Binding
from ddms_compile.resolve import Environment
from ddms_compile.terraform.ledger.file import Synthesized, SynthesizedStack, with_ledger
from ddms_compile.terraform.ledger.ledger import RENAMED, Ledger, Owner
from ddms_compile.terraform.ledger.settings import settings
from ddms_compile.terraform.paths import ledger_of_environment, stack_of_environment
from ddms_compile.terraform.stack import Stack
from ddms_compile.terraform.stacks.foundation import foundation
from ddms_compile.terraform.stacks.platform import platform

STACKS: tuple[Callable[[Binding, Environment], Stack], ...] = (foundation, platform)
"""The stacks of an environment in the order of application."""


def make_environment(binding: Binding, environment: Environment, before: Ledger, today: datetime.date) -> Synthesized:
    """Return every stack and the ledger. `before`: the ledger of earlier builds."""
    name = environment.name
    stacks = {}
    for make in STACKS:
        stack = make(binding, environment)
        tree, leaves = stack.finish()
        path = stack_of_environment(name, stack.name)
        stacks[stack.name] = SynthesizedStack(path=path, tree=tree, leaves=leaves)
    return with_ledger(
        Owner(name=name, environment=name, accepts=name, address=f"environment.{name}"),
        stacks,
        path=ledger_of_environment(name),
        before=before,
        today=today,
        accepted=environment.read(lambda s: s.policy.losses).value,
        renamed=_renames(environment),
        settings=settings(environment),
    )


def _renames(environment: Environment) -> dict[str, str]:
    """Return renamed addresses, old -> new: those of the compiler, and of node groups with `renamed_from`."""
    renames = dict(RENAMED)
    first, *others = environment.network.zones
    for group in environment.node_groups:
        # A former group spanned all zones: the first zone's group inherits its address.
        for name in filter(None, (group.name, group.renamed_from)):
            renames[f"aws_eks_node_group.{name.replace('-', '_')}"] = f"aws_eks_node_group.{group.element(first)}"
        if group.renamed_from:
            former = group.renamed_from.replace("-", "_")
            renames[f"aws_launch_template.{former}"] = f"aws_launch_template.{group.name.replace('-', '_')}"
            for zone in (first, *others):
                renames[f"aws_eks_node_group.{former}_{zone.index}"] = f"aws_eks_node_group.{group.element(zone)}"
    return renames
