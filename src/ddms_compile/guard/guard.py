"""Check that each ledger is the one of the last build, and that its owner is in the data or its loss is accepted."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from ddms_compile.diagnostics import Diagnostic
from ddms_compile.guard import refusals
from ddms_compile.guard.past import WORKFLOW, Past, is_left_alone, read_past
from ddms_compile.spec import EnvironmentSpec
from ddms_compile.terraform.ledger.ledger import (
    ACCEPTED,
    Ledger,
    acceptance,
    contradiction,
    read_ledger,
    together,
)
from ddms_compile.tree import Tree
from ddms_compile.write.recover import pending


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarded:
    """The result. `ledgers`: the valid ledgers of earlier builds, by path; `diagnostics`: why nothing may be built.

    `accepted`: the owners (`environment.qa`) whose loss an entry accepts.
    """

    ledgers: Mapping[str, Ledger] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()
    accepted: frozenset[str] = frozenset()


def guard(root: Path, specs: Mapping[str, EnvironmentSpec], today: datetime.date, *, force: bool = False) -> Guarded:
    """Compare the data, whose environments are all valid, with the state of earlier builds under `root`.

    `policy.losses` of any environment accepts the loss of everything, by `environment.<name>` or `account.<number>`.
    `force`: after a merge, accept a ledger that agrees with the stacks beside it, whatever its hash in the manifest.
    Writes nothing.
    """
    data = _Data(specs=specs, today=today, midway=pending(root), force=force)
    strict = replace(data, heeds_losses=False)
    ledgers: dict[str, Ledger] = {}
    found: list[Diagnostic] = []
    accepted: set[str] = set()
    everything = read_past(root)
    known = {past.name for past in everything}
    if not everything and data.cloud and is_left_alone(root):
        found.append(refusals.nothing_left(WORKFLOW))
    for past in everything:
        ledgers[past.path], problem = _judged(past, data, known)
        if problem is not None:
            found.append(problem)
        elif data.accepts(past) and _judged(past, strict, known)[1] is not None:
            accepted.add(past.address)
    return Guarded(ledgers=ledgers, diagnostics=tuple(found), accepted=frozenset(accepted))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Data:
    """The data. `midway`: an interrupted build left a partial tree; the next build finishes it first.

    `heeds_losses`: whether `policy.losses` is used.
    """

    specs: Mapping[str, EnvironmentSpec]
    today: datetime.date
    midway: bool
    force: bool
    heeds_losses: bool = True

    @property
    def cloud(self) -> dict[str, EnvironmentSpec]:
        return {name: spec for name, spec in self.specs.items() if spec.tier != "local"}

    def has(self, past: Past) -> bool:
        """Return whether the data still have the environment, in the cloud, or the account."""
        if past.kind == "environment":
            return past.name in self.cloud
        return any(past.name in (spec.aws.account, spec.project.account) for spec in self.cloud.values())

    def accepts(self, past: Past) -> bool:
        losses = (loss for spec in self.specs.values() for loss in spec.policy.losses if self.heeds_losses)
        return any(loss.address == past.address and loss.expires >= self.today for loss in losses)

    def advice(self, past: Past) -> str:
        """Return how to accept the loss: in the environment's own file, or in that of a remaining one."""
        judges = [name for name in (past.name, *sorted(self.cloud), *sorted(self.specs)) if name in self.specs]
        return acceptance(judges[0], past.address, self.today + ACCEPTED)


def _judged(past: Past, data: _Data, known: set[str]) -> tuple[Ledger, Diagnostic | None]:
    ledger, problem = _counted(past, data)
    if problem is None and not data.has(past):
        problem = _lost(past, ledger, data, known)
    return ledger, problem


def _counted(past: Past, data: _Data) -> tuple[Ledger, Diagnostic | None]:
    """Return the valid ledger, and why the one on disk is invalid. If accepted, the stacks replace it."""
    advice = data.advice(past)
    try:
        ledger = None if past.content is None else read_ledger(past.content)
    except ValueError as error:
        return past.shown, None if data.accepts(past) else refusals.unreadable(past, f"it is {error}", advice)
    if past.obstacle is not None and not data.accepts(past):
        return past.shown, refusals.unreadable(past, past.obstacle, advice)
    if data.accepts(past) or data.midway:
        return together(ledger or Ledger(), past.shown), None
    if ledger is None:
        return past.shown, refusals.gone(past, advice)
    reason = contradiction(ledger, past.shown)
    if past.altered and (not data.force or not _agree(ledger, past.claimed)):
        reason = "its hash is not the one in generated/manifest.json"
    return together(ledger, past.shown), None if reason is None else refusals.altered(past, reason, advice)


def _agree(ledger: Ledger, claimed: Ledger) -> bool:
    return contradiction(ledger, claimed) is None and contradiction(claimed, ledger) is None


def _lost(past: Past, ledger: Ledger, data: _Data, known: set[str]) -> Diagnostic | None:
    held = ledger.holding()
    if not held or data.accepts(past):
        return None
    for name, spec in sorted(data.cloud.items()):
        same = _same(past, ledger, spec) if past.kind == "environment" and name not in known else ()
        if same:
            names = sorted(set(_names(past, ledger)))
            return refusals.renamed(past, name, same, names, data.advice(past))
    return refusals.vanished(past, held, data.advice(past))


def _same(past: Past, ledger: Ledger, spec: EnvironmentSpec) -> tuple[str, ...]:
    """Return what a removed environment shares with a new one; nothing when that is no evidence of a rename."""
    zones = past.documents.get("foundation", {}).get("data", {}).get("aws_route53_zone", {})
    here = {
        "account": ledger.ground.get("account") == spec.aws.account,
        "region": ledger.ground.get("region") == spec.aws.region,
        "network": spec.network.cidr in _identities(ledger, "aws_vpc.", "cidr_block"),
        "domain": any(zone.get("name") == spec.dns.root_domain for zone in zones.values()),
    }
    return tuple(name for name, equal in here.items() if equal) if here["network"] or here["domain"] else ()


def _identities(ledger: Ledger, kind: str, argument: str) -> list[Tree]:
    return [
        identity.get(argument)
        for addresses in ledger.stacks.values()
        for address, identity in addresses.items()
        if address.startswith(kind)
    ]


def _names(past: Past, ledger: Ledger) -> Iterator[str]:
    """Yield names in AWS that contain the environment's name."""
    for addresses in ledger.stacks.values():
        for identity in addresses.values():
            for value in identity.values():
                if isinstance(value, str) and past.name in value.replace("/", "-").split("-"):
                    yield value
