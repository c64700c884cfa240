"""One Terraform stack, and the functions that add elements to it.

Components declare elements in Terraform's terms:

    scope = stack.component("network")
    vpc = scope.resource("aws_vpc", "vpc", cidr_block=environment.network.cidr)
    scope.resource("aws_internet_gateway", "public", vpc_id=vpc.ref("id"))

Each element is made by its CDKTF class inside a construct of its component. The arguments are recorded, so that
`finish` can compare CDKTF's output with them: a leaf without an origin is an internal error.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ddms_compile.cdktf import ENGINES, Binding, synthesize
from ddms_compile.provenance.artifact import LeafOrigin
from ddms_compile.provenance.origins import origins
from ddms_compile.provenance.traced import NO_KEYS, Keys, Traced
from ddms_compile.terraform.arguments import (
    CDKTF_COMMENT,
    Block,
    Literals,
    addresses,
    block,
    for_cdktf,
    written,
)
from ddms_compile.terraform.expression import Expression, NumberExpression, plain, reference
from ddms_compile.terraform.ledger.identity import is_classified
from ddms_compile.tree import TracedTable, TracedTree, Tree


@dataclass(frozen=True, slots=True)
class Handle:
    """A reference to an element of a stack."""

    address: str
    exists: Keys = NO_KEYS
    """The keys that decide whether it exists."""

    def because(self, keys: Keys) -> "Handle":
        """Return a reference that also depends on `keys`."""
        return Handle(self.address, self.exists | keys)

    def ref(self, attribute: str = "") -> Expression:
        """Return `${<address>.<attribute>}`; without an attribute, the element itself."""
        return reference(self.address, attribute)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What an emitter asked for: where it stands in the JSON, and the tree in Terraform's terms."""

    path: tuple[str, ...]
    tree: TracedTree
    keys: Keys
    construct: str


class Stack:
    """A stack that components fill, and `finish` synthesizes."""

    def __init__(self, binding: Binding, name: str, *, engine: Keys) -> None:
        """`engine`: the keys that select the binding."""
        self.name = name
        self._binding = binding
        self._engine = engine
        app = binding.core.App(context=dict(ENGINES[binding.engine].context))
        self._element = binding.core.TerraformStack(app, name)
        self._asked: dict[str, _Asked] = {}
        self._imports: list[Block | Traced[Block]] = []
        self._literals = Literals()

    def component(self, name: str) -> "Scope":
        """Return the scope of one component; its constants are traced to `name`."""
        return Scope(self, name, self._binding.construct(self._element, name))

    def settings(
        self, *, required_version: TracedTree, backend: tuple[str, Block], construct: str = "terraform.settings"
    ) -> None:
        """Set the version constraint on Terraform, and the backend: its name and arguments."""
        name, arguments = backend
        self._element.add_override("terraform.required_version", plain(required_version))
        kind = {"s3": self._binding.core.S3Backend, "local": self._binding.core.LocalBackend}[name]
        values = {key: for_cdktf(value, self._literals) for key, value in arguments.items()}
        # CDKTF lacks the argument `use_lockfile`.
        if (lock := values.pop("use_lockfile", None)) is not None:
            self._element.add_override(f"terraform.backend.{name}.use_lockfile", lock)
        kind(self._element, **values)
        for path, tree in (("required_version", required_version), (f"backend.{name}", arguments)):
            asked = _Asked(path=("terraform", *path.split(".")), tree=tree, keys=NO_KEYS, construct=construct)
            self._asked[f"terraform.{path}"] = asked

    def provider(self, name: str, /, **arguments: TracedTree) -> None:
        """Configure a provider, and pin it to the binding's version."""
        source, version = ENGINES[self._binding.engine].pins[name]
        construct = "terraform.provider"
        kind = self._binding.provider(name)
        tree = [Block(arguments)]
        asked = _Asked(path=("provider", name), tree=tree, keys=NO_KEYS, construct=construct)
        self.add(kind, self._element, f"provider.{name}", asked, arguments)
        pin = _Asked(
            path=("terraform", "required_providers", name),
            tree=block(source=_pinned(name, source, self._engine), version=Traced(version, self._engine)),
            keys=NO_KEYS,
            construct=construct,
        )
        self._asked[f"terraform.required_providers.{name}"] = pin

    def add(self, kind: type, parent: Any, address: str, asked: _Asked, arguments: Mapping[str, TracedTree]) -> Any:
        """Make an element with CDKTF, and keep what was asked for. Each address once."""
        if address in self._asked:
            raise ValueError(f"{self.name}: duplicate address {address}")
        self._asked[address] = asked
        values = {name: for_cdktf(value, self._literals) for name, value in arguments.items() if value is not None}
        return kind(parent, address.replace(".", "-"), **values)

    def finish(self) -> tuple[dict[str, Tree], dict[str, LeafOrigin]]:
        """What CDKTF wrote, and the origin of each of its leaves.

        Raises ValueError when an expression refers to what is not in the stack, and when CDKTF wrote anything else than
        what was asked for: more, less, or another value.
        """
        for address, asked in self._asked.items():
            for target in addresses(asked.tree):
                if target not in self._asked:
                    raise ValueError(f"{self.name}: {address} refers to {target}, which is not in the stack")
        output = _without_metadata(synthesize(self._element), (asked.path for asked in self._asked.values()))
        result = self._literals.show(output)
        wanted: dict[str, Tree] = {}
        sources: dict[str, LeafOrigin] = {}
        for address, asked in sorted(self._asked.items()):
            _put(wanted, asked.path, written(asked.tree))
            sources.update(origins(asked.tree, asked.construct, address, asked.keys))
        if result != wanted:
            raise ValueError(f"{self.name}: {next(_differences(result, wanted))}")
        if self._imports:
            result["import"] = written(self._imports)
            sources.update(origins(self._imports, "terraform.import", "import"))
        return result, sources

    def adopt(self, handle: Handle, ident: TracedTree, keys: Keys) -> None:
        """Add an `import` block, which has no effect once the resource is imported."""
        self._imports.append(Traced(block(to=handle.address, id=ident), keys))

    @property
    def binding(self) -> Binding:
        """CDKTF's classes."""
        return self._binding

    @property
    def element(self) -> Any:
        """CDKTF's stack."""
        return self._element


class Scope:
    """One component of a stack."""

    def __init__(self, stack: Stack, name: str, parent: Any) -> None:
        self.stack, self.name, self._parent = stack, f"terraform.{name}", parent

    def resource(
        self,
        kind: str,
        name: str,
        /,
        *more: Mapping[str, TracedTree],
        exists: Keys = NO_KEYS,
        depends_on: Iterable[Handle] = (),
        **arguments: TracedTree,
    ) -> Handle:
        """A resource. `more`: further arguments; `exists`: the keys because of which it is there at all."""
        return self._managed("resource", kind, name, exists, depends_on, _joined(arguments, more))

    def data(
        self,
        kind: str,
        name: str,
        /,
        *more: Mapping[str, TracedTree],
        exists: Keys = NO_KEYS,
        depends_on: Iterable[Handle] = (),
        **arguments: TracedTree,
    ) -> Handle:
        """Add a data source."""
        return self._managed("data", kind, name, exists, depends_on, _joined(arguments, more))

    def _managed(
        self, section: str, kind: str, name: str, exists: Keys, depends_on: Iterable[Handle], arguments: TracedTable
    ) -> Handle:
        if section == "resource" and not is_classified(kind):
            raise ValueError(f"{kind}: ledger/identity.py does not state whether it holds data")
        address = f"{kind}.{name}" if section == "resource" else f"data.{kind}.{name}"
        needed = _in_order(depends_on)
        tree = Block({k: v for k, v in arguments.items() if v is not None} | ({"depends_on": needed} if needed else {}))
        asked = _Asked(path=(section, kind, name), tree=tree, keys=exists, construct=self.name)
        kind_class = self.stack.binding.element(kind, data=section == "data")
        numbers = {k: v for k, v in arguments.items() if isinstance(v, NumberExpression)}
        others = {k: v for k, v in arguments.items() if k not in numbers}
        element = self.stack.add(kind_class, self._parent, address, asked, others)
        element.override_logical_id(name)
        for argument, number in numbers.items():
            element.add_override(argument, number.value)
        if needed:
            element.add_override("depends_on", [address.value for address in needed])
        return Handle(address, exists)

    def remote_state(self, name: str, /, *, backend: Traced[str], config: Block) -> Handle:
        """Add the state of another stack, `terraform_remote_state`; its outputs are `ref("outputs.<output>")`."""
        address = f"data.terraform_remote_state.{name}"
        core = self.stack.binding.core
        kind = {"s3": core.DataTerraformRemoteStateS3, "local": core.DataTerraformRemoteStateLocal}[backend.value]
        tree = block(backend=backend, config=config)
        asked = _Asked(path=("data", "terraform_remote_state", name), tree=tree, keys=NO_KEYS, construct=self.name)
        self.stack.add(kind, self._parent, address, asked, config).override_logical_id(name)
        return Handle(address)

    def variable(self, name: str, /, *, description: str, exists: Keys = NO_KEYS, **arguments: TracedTree) -> Handle:
        """Add a sensitive variable, set by `TF_VAR_<name>`."""
        arguments = {"description": description, "type": "string", "sensitive": True, **arguments}
        asked = _Asked(path=("variable", name), tree=Block(arguments), keys=exists, construct=self.name)
        kind = self.stack.binding.core.TerraformVariable
        # CDKTF lacks ephemeral variables.
        later = {key: value for key, value in arguments.items() if key == "ephemeral"}
        known = {key: value for key, value in arguments.items() if key not in later}
        element = self.stack.add(kind, self._parent, f"var.{name}", asked, known)
        element.override_logical_id(name)
        for key, value in later.items():
            element.add_override(key, value)
        return Handle(f"var.{name}")

    def output(
        self, name: str, value: TracedTree, description: str, *, exists: Keys = NO_KEYS, sensitive: bool = False
    ) -> None:
        """Add an output with a description."""
        arguments = {"value": value, "description": description, **({"sensitive": True} if sensitive else {})}
        asked = _Asked(path=("output", name), tree=Block(arguments), keys=exists, construct=self.name)
        kind = self.stack.binding.core.TerraformOutput
        self.stack.add(kind, self._parent, f"output.{name}", asked, arguments).override_logical_id(name)


def _joined(arguments: TracedTable, more: Iterable[Mapping[str, TracedTree]]) -> TracedTable:
    for each in more:
        arguments |= each
    return arguments


def _pinned(name: str, source: str, engine: Keys) -> Traced[str]:
    """Return the source of a provider, which depends on the engine where engines differ."""
    same = len({known.pins[name][0] for known in ENGINES.values()}) == 1
    return Traced(source) if same else Traced(source, engine)


def _in_order(handles: Iterable[Handle]) -> list[Traced[str]]:
    """Return the addresses, sorted. Each position depends on the presence of all addresses up to it."""
    addresses: list[Traced[str]] = []
    keys = NO_KEYS
    for handle in sorted(handles, key=lambda handle: handle.address):
        keys |= handle.exists
        addresses.append(Traced(handle.address, keys))
    return addresses


def _without_metadata(output: dict[str, Tree], paths: Iterable[tuple[str, ...]]) -> dict[str, Tree]:
    """Return the document without CDKTF's comments (`//`) at the top and in elements. Maps of data keep the key."""
    output.pop(CDKTF_COMMENT, None)
    for path in paths:
        body: Tree = output
        for step in path:
            body = body.get(step, {}) if isinstance(body, dict) else {}
        if isinstance(body, dict):
            body.pop(CDKTF_COMMENT, None)
    return output


def _differences(made: Tree, wanted: Tree, path: str = "") -> Iterator[str]:
    """Each place where CDKTF wrote something else."""
    if isinstance(made, dict) and isinstance(wanted, dict):
        for key in sorted({*made, *wanted}):
            yield from _differences(made.get(key), wanted.get(key), f"{path}.{key}" if path else key)
    elif made != wanted:
        yield f"CDKTF wrote {path} as {made!r}, not as {wanted!r}"


def _put(tree: dict[str, Tree], path: tuple[str, ...], value: Tree) -> None:
    for step in path[:-1]:
        below = tree.setdefault(step, {})
        assert isinstance(below, dict), path
        tree = below
    tree[path[-1]] = value
