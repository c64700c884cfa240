"""A new environment as a copy of another one, with the values that must differ."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network

from ddms_compile.diagnostics import Key
from ddms_compile.load import LayeredTree
from ddms_compile.scaffold.edit import with_value
from ddms_compile.tree import PlainTable, Tree, at

PRIVATE = IPv4Network("10.0.0.0/8")
_LOCAL_TIER = "local"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One changed value of the copy."""

    key: Key
    value: str | bool | list[str]


def copied(text: str, edits: Iterable[Edit]) -> str:
    """Return the original's text with the edits. Raises CannotEditError."""
    for edit in edits:
        text = with_value(text, edit.key, edit.value)
    return text


def differences(
    name: str, original: LayeredTree, others: Mapping[str, LayeredTree], overrides: Mapping[Key, str]
) -> tuple[Edit, ...]:
    """Return the edits from `original` to a new environment `name`: hosts, addresses, and keys about its history.

    `others`: every environment of the project, for the CIDR blocks in use. `overrides`: the user's values.
    """
    edits = {edit.key: edit for edit in _required(name, original, others)}
    edits |= {key: Edit(key=key, value=value) for key, value in overrides.items()}
    return tuple(edits.values())


def _required(name: str, original: LayeredTree, others: Mapping[str, LayeredTree]) -> Iterator[Edit]:
    if original.tree.get("tier") == _LOCAL_TIER:
        return
    old = _text(original.tree, ("dns", "root_domain"))
    if old:
        new = new_domain(old, original.name, name)
        yield Edit(key=("dns", "root_domain"), value=new)
        yield from _moved_hosts(original, old, new)
    free = _free_cidr(original, others)
    if free is not None:
        yield Edit(key=("network", "cidr"), value=str(free))
    if at(original.tree, ("security", "guardduty")) is True:
        # One detector covers a region of an account (GuardDuty user guide, "Setting up").
        yield Edit(key=("security", "guardduty"), value=False)
    own = original.layers[-1].tree
    for group in _table(own, ("cluster", "nodes")):
        if _text(own, ("cluster", "nodes", group, "renamed_from")):
            yield Edit(key=("cluster", "nodes", group, "renamed_from"), value="")
    if at(own, ("policy", "losses")):
        yield Edit(key=("policy", "losses"), value=[])


def new_domain(old: str, original: str, name: str) -> str:
    """Return `qa.example.com` for `staging.example.com` (of staging) and for `example.com`."""
    first, _, rest = old.partition(".")
    return f"{name}.{rest}" if first == original and rest else f"{name}.{old}"


def _moved_hosts(original: LayeredTree, old: str, new: str) -> Iterator[Edit]:
    """Yield edits of explicit hosts in the original's file, below its domain."""
    for host, value in _table(original.layers[-1].tree, ("dns", "hosts")).items():
        if isinstance(value, str) and value and (value == old or value.endswith(f".{old}")):
            yield Edit(key=("dns", "hosts", host), value=value.removesuffix(old) + new)


def _free_cidr(original: LayeredTree, others: Mapping[str, LayeredTree]) -> IPv4Network | None:
    """Return the next free CIDR block of the original's size in 10.0.0.0/8."""
    try:
        size = IPv4Network(_text(original.tree, ("network", "cidr"))).prefixlen
        cloud = (tree.tree for tree in others.values() if tree.tree.get("tier") != _LOCAL_TIER)
        taken = [IPv4Network(_text(tree, ("network", "cidr"))) for tree in cloud]
    except ValueError:  # `check` reports it
        return None
    if size < PRIVATE.prefixlen:
        return None
    blocks = PRIVATE.subnets(new_prefix=size)
    return next((block for block in blocks if not any(block.overlaps(other) for other in taken)), None)


def _text(tree: Tree, key: Key) -> str:
    value = at(tree, key)
    return value if isinstance(value, str) else ""


def _table(tree: Tree, key: Key) -> PlainTable:
    value = at(tree, key)
    return value if isinstance(value, Mapping) else {}
