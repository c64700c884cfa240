"""The ledger: the addresses of earlier builds, which reveals losses of stateful resources.

`generated/<environment>/terraform/ledger.json`, for an account `generated/bootstrap/terraform/ledgers/<account>.json`,
lists every address of every stack; for stateful resources, the arguments whose change forces a replacement; the
account, the region, and the location of each state; and values of Helm charts (`settings`). It is committed; the next
build compares its stacks with it:

* an address that was renamed, by the compiler (`RENAMED`) or by data (`renamed_from`), gets a permanent `moved` block;
* a stateful resource that would be destroyed or replaced is an error until `policy.losses` accepts it;
* so is another account, region or state location, where Terraform would create everything again.

`guard` checks whether the ledger on disk is the one of the last build.
"""

import datetime
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ddms_compile.diagnostics import Severity
from ddms_compile.diagnostics.keys import parse_key
from ddms_compile.load import Finding, KeyLabel
from ddms_compile.spec.policy import Loss
from ddms_compile.terraform.ledger.identity import IDENTITY, recorded
from ddms_compile.tree import Document, PlainTable, Tree

VERSION = 1
ACCEPTED = datetime.timedelta(days=7)
"""Days of acceptance of a loss in the advice."""

RENAMED: Mapping[str, str] = {}
"""Former address of the compiler -> current address. Entries are permanent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """The owner of stacks. `accepts`: the environment whose file may accept a loss.

    `environment`: the environment of the keys; None for an account, whose keys have a prefix such as `prod:`.
    """

    name: str
    environment: str | None
    accepts: str
    address: str
    """What `policy.losses` calls all of it: `environment.prod`, `account.111122223333`."""

    def place(self, key: str) -> KeyLabel | None:
        """Return the label at a key; None for a pseudo key."""
        environment = self.environment
        if environment is None:
            environment, _, key = key.partition(":")
        if key.startswith("@"):
            return None
        return KeyLabel(environment=environment, key=parse_key(key), message="decides it")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Addresses of one environment, or of one account.

    `stacks`: stack -> address -> identity (empty for stateless resources). `moved`: stack -> old -> new address.
    `ground`: `account` and `region`, if known. `states`: stack -> location of its state. `settings`: key -> value of
    what the cluster keeps; ledgers of older compilers have none.
    """

    stacks: Mapping[str, Mapping[str, PlainTable]] = field(default_factory=dict)
    moved: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    ground: Mapping[str, str] = field(default_factory=dict)
    states: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)

    def holding(self) -> tuple[str, ...]:
        """The addresses of stateful resources, sorted."""
        return tuple(sorted({a for addresses in self.stacks.values() for a in addresses if _kind(a) in IDENTITY}))


def read_ledger(text: str | bytes) -> Ledger:
    """Return the ledger of a file. Raises ValueError for any other text."""
    try:
        document = json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    except ValueError as error:
        raise ValueError("not JSON") from error
    match document:
        case {"version": int(version), "stacks": dict(stacks), "moved": dict(moved)} if (
            version == VERSION and version is not True
        ):
            ground, states, settings = (document.get(name, {}) for name in ("ground", "states", "settings"))
            depths = ((stacks, 1, dict), (moved, 1, str), (ground, 0, str), (states, 0, str), (settings, 0, str))
            if all(_is_table(table, depth, leaf) for table, depth, leaf in depths):
                return Ledger(stacks=stacks, moved=moved, ground=ground, states=states, settings=settings)
    raise ValueError("not a ledger of this version")


def _is_table(value: Tree, depth: int, leaf: type) -> bool:
    """Return whether the value is nested tables, `depth + 1` deep, with leaves of type `leaf`."""
    if not isinstance(value, dict):
        return False
    return all(_is_table(item, depth - 1, leaf) if depth else isinstance(item, leaf) for item in value.values())


def ledger_tree(ledger: Ledger) -> dict[str, Tree]:
    """Return the document to write."""
    return {
        "version": VERSION,
        "ground": ledger.ground,
        "states": ledger.states,
        "settings": ledger.settings,
        "stacks": ledger.stacks,
        "moved": ledger.moved,
    }


def shown_by(stacks: Mapping[str, Document]) -> Ledger:
    """Return the ledger that follows from committed stacks (Terraform JSON by name).

    Raises ValueError for an invalid stack.
    """
    try:
        moved = {name: {block["from"]: block["to"] for block in d.get("moved", ())} for name, d in stacks.items()}
        return replace(next_ledger(Ledger(), stacks), moved={name: moves for name, moves in moved.items() if moves})
    except (AttributeError, KeyError, TypeError, IndexError) as error:
        raise ValueError("not a stack") from error


def together(ledger: Ledger, shown: Ledger) -> Ledger:
    """Return the ledger with resources and arguments that only the stacks have: older compilers recorded fewer."""
    stacks: dict[str, dict[str, PlainTable]] = {name: dict(known) for name, known in ledger.stacks.items()}
    for name, addresses in shown.stacks.items():
        known = stacks.setdefault(name, {})
        for address, identity in addresses.items():
            known[address] = {**identity, **known.get(address, {})}
    return Ledger(
        stacks=stacks,
        moved={**shown.moved, **ledger.moved},
        ground={**shown.ground, **ledger.ground},
        states={**shown.states, **ledger.states},
        settings=ledger.settings,
    )


def contradiction(ledger: Ledger, shown: Ledger) -> str | None:
    """Return the first stateful address in which a ledger and its stacks differ, which means different builds."""
    for name, addresses in sorted(shown.stacks.items()):
        known = ledger.stacks.get(name, {})
        for address, identity in sorted(addresses.items()):
            if _kind(address) not in IDENTITY:
                continue
            if address not in known:
                return f"the stack `{name}` contains {address}, which the ledger does not list"
            for argument in sorted(identity.keys() & known[address].keys()):
                if identity[argument] != known[address][argument]:
                    return f"the stack `{name}` has another `{argument}` of {address}"
    for what, here, there in (("ground", ledger.ground, shown.ground), ("state", ledger.states, shown.states)):
        for name in sorted(here.keys() & there.keys()):
            if here[name] != there[name]:
                return f"the stacks have another {what if what == 'state' else name}"
    return None


def next_ledger(before: Ledger, stacks: Mapping[str, Document], renamed: Mapping[str, str] = RENAMED) -> Ledger:
    """Return the ledger after these stacks (Terraform JSON by name). Earlier moves stay while their target exists."""
    moved: dict[str, dict[str, str]] = {}
    for name, document in stacks.items():
        now = _addresses(document)
        known = dict(before.moved.get(name, {}))
        for old in before.stacks.get(name, {}):
            if old not in now and renamed.get(old) in now:
                known[old] = renamed[old]
        moved[name] = {old: new for old, new in sorted(known.items()) if new in now and old not in now}
    return Ledger(
        stacks={name: _addresses(document) for name, document in sorted(stacks.items())},
        moved={name: moves for name, moves in sorted(moved.items()) if moves},
        ground=_ground(tuple(stacks.values())),
        states={name: place for name, document in sorted(stacks.items()) if (place := _state(document))},
    )


def moved_blocks(ledger: Ledger, stack: str) -> list[dict[str, str]]:
    """Return the `moved` blocks of a stack."""
    return [{"from": old, "to": new} for old, new in sorted(ledger.moved.get(stack, {}).items())]


def losses(
    owner: Owner,
    before: Ledger,
    after: Ledger,
    accepted: tuple[Loss, ...],
    today: datetime.date,
    causes: Mapping[str, frozenset[str]],
) -> Iterator[Finding]:
    """Yield an error for each stateful resource that would be lost, unless the data accept it.

    One error for all of them when they would be created elsewhere. `causes`: address.argument -> the keys that decide
    it, for labels.
    """
    last = today + ACCEPTED
    allowed = {loss.address for loss in accepted if loss.expires >= today}
    if elsewhere(before, after):
        if owner.address not in allowed:
            yield _elsewhere(owner, before, after, causes, last)
        if _changes(before.ground, after.ground):
            return
    for stack, addresses in before.stacks.items():
        now, moves = after.stacks.get(stack, {}), after.moved.get(stack, {})
        for address, identity in sorted(addresses.items()):
            if _kind(address) not in IDENTITY or address in allowed:
                continue
            current = moves.get(address, address)
            if current not in now:
                yield _gone(owner, stack, address, last)
                continue
            for argument, value in sorted(identity.items()):
                if argument not in IDENTITY[_kind(address)]:
                    continue  # `upgrades` checks it
                if argument in now[current] and now[current][argument] != value:
                    keys = causes.get(f"{current}.{argument}", frozenset())
                    yield replaced(owner, address, argument, value, now[current][argument], keys, last)


def changed(before: Ledger, after: Ledger) -> frozenset[str]:
    """Return the addresses of `before` that are removed, or whose recorded arguments have other values."""
    found = set()
    for stack, addresses in before.stacks.items():
        now, moves = after.stacks.get(stack, {}), after.moved.get(stack, {})
        for address, identity in addresses.items():
            current = now.get(moves.get(address, address))
            if current is None or any(current[name] != identity[name] for name in identity.keys() & current.keys()):
                found.add(address)
    return frozenset(found)


def elsewhere(before: Ledger, after: Ledger) -> bool:
    """Return whether everything would be created again in another account or region, or with another state."""
    return bool(_changes(before.ground, after.ground) or _changes(before.states, after.states))


GROUND: Mapping[str, str] = {
    "account": "provider.aws[0].allowed_account_ids[0]",
    "region": "provider.aws[0].region",
}
"""Leaves of a stack that hold the account and the region."""

STATE: tuple[str, ...] = ("terraform.backend.s3.bucket", "terraform.backend.s3.key", "terraform.backend.local.path")
"""Leaves of a stack that hold the location of its state."""


def _ground(stacks: Sequence[Document]) -> dict[str, str]:
    providers = [document["provider"]["aws"][0] for document in stacks if "aws" in document.get("provider", {})]
    if not providers:
        return {}
    return {"account": str(providers[0]["allowed_account_ids"][0]), "region": str(providers[0]["region"])}


def _state(document: Document) -> str | None:
    backend = document.get("terraform", {}).get("backend", {})
    if "s3" in backend:
        return f"s3://{backend['s3']['bucket']}/{backend['s3']['key']}"
    return str(backend["local"]["path"]) if "local" in backend else None


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Return name, old and new value of entries that differ."""
    shared = sorted(before.keys() & after.keys())
    return [(name, before[name], after[name]) for name in shared if before[name] != after[name]]


def _elsewhere(
    owner: Owner, before: Ledger, after: Ledger, causes: Mapping[str, frozenset[str]], last: datetime.date
) -> Finding:
    """Yield an error for another account, region or state location, where Terraform would create everything again."""
    ground, states = _changes(before.ground, after.ground), _changes(before.states, after.states)
    leaves = [GROUND[name] for name, _, _ in ground] or list(STATE)
    keys = sorted({key for leaf in leaves for key in causes.get(leaf, ())})
    places = [place for key in keys if (place := owner.place(key)) is not None]
    count = len(before.holding())
    held = "1 resource" if count == 1 else f"{count} resources"
    advice = "revert the change; to move the data, create a second environment beside this one and copy them there"
    if not ground:
        advice = (
            "revert the change; or build with the lines below, and run `terraform "
            "init -migrate-state` in the folder of each stack before any apply: it "
            "migrates the state"
        )
    return Finding(
        code="DDMS608",
        severity=Severity.ERROR,
        message=(
            f"{owner.name} would be replaced by an empty environment: its "
            f"{ground[0][0] if ground else 'state'} would change"
        ),
        place=places[0] if places else None,
        related=tuple(places[1:]),
        notes=(
            *(f"the {name} would change from {old} to {new}" for name, old, new in ground),
            *(f"the state of the stack `{name}` would change from {old} to {new}" for name, old, new in states),
            (
                "Terraform would find no state there and create everything again; it would "
                f"no longer manage the existing resources, including the data in {held}"
            ),
        ),
        help=(advice, acceptance(owner.accepts, owner.address, last)),
    )


def _gone(owner: Owner, stack: str, address: str, last: datetime.date) -> Finding:
    return Finding(
        code="DDMS601",
        severity=Severity.ERROR,
        message=f"{address} of {owner.name} would be destroyed with all its data",
        place=None,
        notes=(f"it was in the stack `{stack}`, and is no longer",),
        help=_advice(owner, address, last),
    )


def replaced(
    owner: Owner, address: str, argument: str, old: Tree, new: Tree, keys: frozenset[str], last: datetime.date
) -> Finding:
    """Return DDMS602: a stateful resource would be replaced, with labels at the keys that decide it."""
    places = [place for key in sorted(keys) if (place := owner.place(key)) is not None]
    return Finding(
        code="DDMS602",
        severity=Severity.ERROR,
        message=f"{address} of {owner.name} would be replaced by an empty resource",
        place=places[0] if places else None,
        related=tuple(places[1:]),
        notes=(f"its `{argument}` would change from {json.dumps(old)} to {json.dumps(new)}",),
        help=_advice(owner, address, last),
    )


def _advice(owner: Owner, address: str, last: datetime.date) -> tuple[str, ...]:
    return (
        "revert the change, or first copy the data that must be kept",
        acceptance(owner.accepts, address, last),
    )


def acceptance(environment: str, address: str, last: datetime.date) -> str:
    """Return the advice to accept a loss, with lines to paste."""
    return (
        f"if the loss is intended, add to environments/{environment}.toml:\n"
        "[[policy.losses]]\n"
        f'address = "{address}"\n'
        'reason = "why no data that is still needed is lost"\n'
        f"expires = {last}"
    )


def _addresses(document: Document) -> dict[str, dict[str, Tree]]:
    return {
        f"{kind}.{name}": {argument: body[argument] for argument in recorded(kind) if argument in body}
        for kind, elements in sorted(document.get("resource", {}).items())
        for name, body in sorted(elements.items())
    }


def _kind(address: str) -> str:
    return address.partition(".")[0]
