"""Entries of `policy.losses` that accept nothing (DDMS291): until its last day, each would accept a later loss."""

import datetime
from collections.abc import Iterator, Mapping

from ddms_compile.diagnostics import Severity
from ddms_compile.guard.guard import Guarded
from ddms_compile.load import Finding, Place
from ddms_compile.spec import EnvironmentSpec
from ddms_compile.terraform.ledger.ledger import Ledger, changed, elsewhere, read_ledger
from ddms_compile.terraform.ledger.upgrades import VPC
from ddms_compile.terraform.paths import ACCOUNTS, ledger_of_account, ledger_of_environment

CODE = "DDMS291"


def needless_losses(
    specs: Mapping[str, EnvironmentSpec], guarded: Guarded, texts: Mapping[str, str], today: datetime.date
) -> Iterator[Finding]:
    """A note for each entry without which the same build would succeed.

    `specs`: the environments that were built; `texts`: the artifacts by path. An entry about something that was not
    built is not judged, nor is one whose last day is over (DDMS293).
    """
    ledgers = {
        path: (before, read_ledger(texts[path]))
        for path, before in {**dict.fromkeys(_ledgers(texts), Ledger()), **guarded.ledgers}.items()
        if path in texts
    }
    for name, spec in specs.items():
        for index, loss in enumerate(spec.policy.losses):
            if loss.expires >= today and not _needed(loss.address, name, guarded, ledgers):
                yield Finding(
                    code=CODE,
                    severity=Severity.NOTE,
                    message=f"the loss of {loss.address} is accepted, and this build loses nothing there",
                    place=Place(environment=name, key=("policy", "losses", index, "address")),
                    notes=("a loss is accepted once: an entry that stays would accept the next one, unseen",),
                    help=("remove the entry",),
                )


def _ledgers(texts: Mapping[str, str]) -> Iterator[str]:
    return (path for path in texts if path.endswith("/ledger.json") or path.startswith(f"{ACCOUNTS}/ledgers/"))


def _needed(address: str, environment: str, guarded: Guarded, ledgers: Mapping[str, tuple[Ledger, Ledger]]) -> bool:
    kind, _, owner = address.partition(".")
    if kind in ("environment", "account"):
        path = (ledger_of_environment if kind == "environment" else ledger_of_account)(owner)
        unjudged = path in guarded.ledgers and path not in ledgers
        return address in guarded.accepted or unjudged or (path in ledgers and elsewhere(*ledgers[path]))
    mine = (ledger_of_environment(environment), f"{ACCOUNTS}/")
    losing = {each for path, pair in ledgers.items() if path.startswith(mine) for each in changed(*pair)}
    # The entry of the VPC accepts other ranges of its subnets, too.
    return address in losing or (address == VPC and any(each.startswith("aws_subnet.") for each in losing))
