"""Stacks with their ledger, compared with the ledger of earlier builds."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ddms_compile.gates.document import to_json
from ddms_compile.load import Finding
from ddms_compile.provenance.artifact import Artifact, LeafOrigin
from ddms_compile.provenance.origins import origins
from ddms_compile.provenance.traced import NO_KEYS, Traced
from ddms_compile.spec.policy import Loss
from ddms_compile.terraform.ledger.ledger import (
    GROUND,
    RENAMED,
    STATE,
    Ledger,
    Owner,
    ledger_tree,
    losses,
    moved_blocks,
    next_ledger,
)
from ddms_compile.terraform.ledger.settings import volume_losses
from ddms_compile.terraform.ledger.upgrades import refusals
from ddms_compile.tree import TracedTable, Tree

NO_SETTINGS: Mapping[str, Traced[str]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Synthesized:
    """The result for an environment or an account. `findings`: stateful resources that would be lost."""

    artifacts: tuple[Artifact, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SynthesizedStack:
    """A synthesized stack. `path`: its file; `leaves`: the origin of each leaf of `tree`."""

    path: str
    tree: dict[str, Tree]
    leaves: Mapping[str, LeafOrigin]


def with_ledger(
    owner: Owner,
    stacks: Mapping[str, SynthesizedStack],
    *,
    path: str,
    before: Ledger,
    today: datetime.date,
    accepted: tuple[Loss, ...],
    renamed: Mapping[str, str] = RENAMED,
    settings: Mapping[str, Traced[str]] = NO_SETTINGS,
) -> Synthesized:
    """Return the files of these stacks and of their ledger at `path`, and losses since the ledger `before`.

    `settings`: those that the ledger records.
    """
    documents = {name: stack.tree for name, stack in stacks.items()}
    after = replace(
        next_ledger(before, documents, renamed), settings={key: each.value for key, each in settings.items()}
    )
    causes = {leaf: origin.keys for stack in stacks.values() for leaf, origin in stack.leaves.items()}
    return Synthesized(
        artifacts=tuple(_artifacts(owner.environment, stacks, after, path, settings)),
        findings=(
            *losses(owner, before, after, accepted, today, causes),
            *refusals(owner, before, after, documents, accepted, today, causes),
            *volume_losses(owner, before, after, accepted, today),
        ),
    )


def _artifacts(
    environment: str | None,
    stacks: Mapping[str, SynthesizedStack],
    ledger: Ledger,
    path: str,
    settings: Mapping[str, Traced[str]],
) -> Iterator[Artifact]:
    for name, stack in stacks.items():
        tree, leaves = stack.tree, stack.leaves
        if moved := moved_blocks(ledger, name):
            tree = {**tree, "moved": moved}
            leaves = {**leaves, **dict(origins(moved, "terraform.ledger", "moved"))}
        yield _artifact(environment, stack.path, tree, leaves)
    leaves = dict(origins({**_traced(ledger, stacks), "settings": settings}, "terraform.ledger"))
    yield _artifact(environment, path, ledger_tree(ledger), leaves)


def _artifact(environment: str | None, path: str, tree: Tree, leaves: Mapping[str, LeafOrigin]) -> Artifact:
    return Artifact(path=path, text=to_json(tree), environment=environment, emitter="terraform", origins=leaves)


def _traced(ledger: Ledger, made: Mapping[str, SynthesizedStack]) -> TracedTable:
    """Return the document, each entry with the keys that decide its resource and its arguments."""
    stacks: dict[str, TracedTable] = {}
    for name, addresses in ledger.stacks.items():
        leaves: dict[str, dict[str, frozenset[str]]] = {}
        for path, origin in made[name].leaves.items():
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
    ground = {name: Traced(value, _keys(made, GROUND[name])) for name, value in ledger.ground.items()}
    states = {name: Traced(value, _keys({name: made[name]}, *STATE)) for name, value in ledger.states.items()}
    return {**ledger_tree(ledger), "ground": ground, "states": states, "stacks": stacks}


def _keys(made: Mapping[str, SynthesizedStack], *paths: str) -> frozenset[str]:
    """Return the keys of all leaves at these paths, in any stack."""
    origins = (stack.leaves.get(path) for stack in made.values() for path in paths)
    return NO_KEYS.union(*(origin.keys for origin in origins if origin is not None))
