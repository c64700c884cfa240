"""The stacks of one environment, and its ledger of addresses."""

import datetime
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ddms_compile.artifact import Artifact, LeafOrigin
from ddms_compile.diagnostics import Severity
from ddms_compile.load import Finding, FindingsError
from ddms_compile.resolve import Environment
from ddms_compile.synthesize.document import to_json
from ddms_compile.synthesize.origins import origins
from ddms_compile.synthesize.terraform.bindings import Binding
from ddms_compile.synthesize.terraform.foundation import foundation
from ddms_compile.synthesize.terraform.ledger import (
    RENAMED,
    Ledger,
    ledger_tree,
    losses,
    moved_blocks,
    next_ledger,
    read_ledger,
)
from ddms_compile.synthesize.terraform.platform import platform
from ddms_compile.synthesize.terraform.stack import Stack
from ddms_compile.traced import NO_KEYS, Traced

STACKS: tuple[Callable[[Binding, Environment], Stack], ...] = (foundation, platform)
"""The stacks of an environment in the order in which they are applied."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What came of one environment. `findings`: resources with state that would be lost."""

    artifacts: tuple[Artifact, ...]
    findings: tuple[Finding, ...]


def make_environment(binding: Binding, environment: Environment, root: Path, today: datetime.date) -> Made:
    """Every stack and the ledger. Raises FindingsError when the ledger of earlier builds cannot be read."""
    made = {stack.name: stack.finish() for stack in (make(binding, environment) for make in STACKS)}
    before = _ledger_before(root, environment.name)
    after = next_ledger(before, {name: tree for name, (tree, _) in made.items()}, _renames(environment))
    accepted = environment.read(lambda s: s.policy.losses).value
    return Made(
        artifacts=tuple(_artifacts(environment, made, after)),
        findings=tuple(losses(environment.name, before, after, accepted, today, _causes(made))),
    )


_Stacks = Mapping[str, tuple[dict[str, Any], dict[str, LeafOrigin]]]


def _artifacts(environment: Environment, made: _Stacks, ledger: Ledger) -> Iterator[Artifact]:
    folder = f"generated/{environment.name}/terraform"
    for name, (tree, leaves) in made.items():
        if moved := moved_blocks(ledger, name):
            tree["moved"] = moved
            leaves = {**leaves, **dict(origins(moved, "terraform.ledger", "moved"))}
        yield stack_artifact(environment.name, f"{folder}/stacks/{name}/cdk.tf.json", tree, leaves)
    tree = ledger_tree(ledger)
    sources = dict(origins(_traced_ledger(tree, made), "terraform.ledger"))
    yield stack_artifact(environment.name, f"{folder}/ledger.json", tree, sources)


def stack_artifact(environment: str | None, path: str, tree: Any, leaves: Mapping[str, LeafOrigin]) -> Artifact:
    return Artifact(path=path, text=to_json(tree), environment=environment, emitter="terraform", origins=leaves)


def _ledger_before(root: Path, environment: str) -> Ledger:
    path = Path("generated", environment, "terraform", "ledger.json")
    try:
        return read_ledger((root / path).read_text("utf-8"))
    except FileNotFoundError:
        return Ledger()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FindingsError([_unreadable(path.as_posix())]) from error


def _unreadable(path: str) -> Finding:
    return Finding(
        code="DDMS603",
        severity=Severity.ERROR,
        message=f"{path} cannot be read as a ledger of addresses",
        place=None,
        notes=("without it nothing can say whether a resource with state would be lost",),
        help=(f"restore it: git checkout -- {path}",),
    )


def _renames(environment: Environment) -> dict[str, str]:
    """Addresses that have another name now: by our doing, or because a node group says what it was called."""
    renames = dict(RENAMED)
    for group in environment.node_groups:
        if group.renamed_from:
            for kind in ("aws_eks_node_group", "aws_launch_template"):
                renames[f"{kind}.{group.renamed_from.replace('-', '_')}"] = f"{kind}.{group.name.replace('-', '_')}"
    return renames


def _causes(made: _Stacks) -> dict[str, frozenset[str]]:
    return {path: origin.keys for _, leaves in made.values() for path, origin in leaves.items()}


def _traced_ledger(tree: dict[str, Any], made: _Stacks) -> dict[str, Any]:
    """The document, each entry with the keys because of which its resource is there and is what it is."""
    stacks = {}
    for name, addresses in tree["stacks"].items():
        leaves: dict[str, dict[str, frozenset[str]]] = {}
        for path, origin in made[name][1].items():
            kind, element, argument = (*path.split(".", 2), "")[:3]
            leaves.setdefault(f"{kind}.{element}", {})[argument] = origin.keys
        stacks[name] = {
            address: Traced(
                {
                    argument: Traced(value, leaves[address].get(argument, NO_KEYS))
                    for argument, value in identity.items()
                },
                frozenset.intersection(*leaves[address].values()),
            )
            for address, identity in addresses.items()
        }
    return {**tree, "stacks": stacks}
