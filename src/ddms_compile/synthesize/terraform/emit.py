"""The emitter: every stack of every wanted environment as one file of Terraform JSON, and the ledger of addresses."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ddms_compile.artifact import Artifact, LeafOrigin
from ddms_compile.diagnostics import Severity
from ddms_compile.load import Finding, FindingsError
from ddms_compile.resolve import Environment
from ddms_compile.resolve.accounts import make_accounts
from ddms_compile.synthesize.document import to_json
from ddms_compile.synthesize.inputs import Inputs
from ddms_compile.synthesize.origins import origins
from ddms_compile.synthesize.terraform.bindings import Binding, BindingError, load
from ddms_compile.synthesize.terraform.bootstrap import bootstrap
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
from ddms_compile.synthesize.terraform.types import TYPES
from ddms_compile.traced import NO_KEYS, Traced

STACKS: tuple[Callable[[Binding, Environment], Stack], ...] = (foundation, platform)
"""The stacks of an environment in the order in which they are applied."""


def emit_terraform(inputs: Inputs) -> Iterator[Artifact]:
    """`generated/<environment>/terraform/stacks/<stack>/cdk.tf.json`; nothing for the tier `local`.

    The stacks that each account has once are in `generated/bootstrap/terraform/stacks/<account>/cdk.tf.json`.
    Raises FindingsError when a resource with state would be lost.
    """
    environments = [environment for environment in inputs.selected if environment.tier != "local"]
    if not environments:
        return
    binding = _load(inputs, environments)
    findings: list[Finding] = []
    for environment in environments:
        made = {stack.name: stack.finish() for stack in (make(binding, environment) for make in STACKS)}
        before = _ledger_before(inputs.root, environment.name)
        after = next_ledger(before, {name: tree for name, (tree, _) in made.items()}, _renames(environment))
        accepted = environment.read(lambda s: s.policy.losses).value
        findings += losses(environment.name, before, after, accepted, inputs.today, _causes(made))
        yield from _artifacts(environment, made, after)
    if findings:
        raise FindingsError(findings)
    for account in make_accounts(inputs.environments):
        tree, leaves = bootstrap(binding, account).finish()
        path = f"generated/bootstrap/terraform/stacks/{account.number.value}/cdk.tf.json"
        yield _artifact(None, path, tree, leaves)


def _load(inputs: Inputs, environments: list[Environment]) -> Binding:
    """The binding that the data choose. It is one for all: two engines would be two versions of each provider."""
    engine = environments[0].read(lambda s: s.versions.engine).value
    try:
        return load(TYPES, cache_dir=inputs.cache_dir, engine=engine, on_progress=inputs.progress)
    except BindingError as error:
        raise FindingsError([_no_binding(str(error))]) from error


def _no_binding(reason: str) -> Finding:
    return Finding(
        code="DDMS901",
        severity=Severity.ERROR,
        message="CDKTF cannot be started",
        place=None,
        notes=(reason,),
        help=("run `make build`, which installs what is missing; a damaged cache repairs itself",),
    )


_Made = Mapping[str, tuple[dict[str, Any], dict[str, LeafOrigin]]]


def _artifacts(environment: Environment, made: _Made, ledger: Ledger) -> Iterator[Artifact]:
    folder = f"generated/{environment.name}/terraform"
    for name, (tree, leaves) in made.items():
        if moved := moved_blocks(ledger, name):
            tree["moved"] = moved
            leaves = {**leaves, **dict(origins(moved, "terraform.ledger", "moved"))}
        yield _artifact(environment.name, f"{folder}/stacks/{name}/cdk.tf.json", tree, leaves)
    tree = ledger_tree(ledger)
    sources = dict(origins(_traced_ledger(tree, made), "terraform.ledger"))
    yield _artifact(environment.name, f"{folder}/ledger.json", tree, sources)


def _artifact(environment: str | None, path: str, tree: Any, leaves: Mapping[str, LeafOrigin]) -> Artifact:
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


def _causes(made: _Made) -> dict[str, frozenset[str]]:
    return {path: origin.keys for _, leaves in made.values() for path, origin in leaves.items()}


def _traced_ledger(tree: dict[str, Any], made: _Made) -> dict[str, Any]:
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
