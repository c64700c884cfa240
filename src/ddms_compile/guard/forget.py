"""Obstacles to forgetting earlier builds. A ledger goes only where the data are another project's."""

from collections.abc import Collection, Iterator
from pathlib import Path

from ddms_compile.diagnostics import Diagnostic
from ddms_compile.guard import refusals
from ddms_compile.guard.past import Past, read_past
from ddms_compile.terraform.ledger.ledger import Ledger, read_ledger


def obstacles(root: Path, accounts: Collection[str], named: Collection[str]) -> Iterator[Diagnostic]:
    """DDMS542 for each ledger of an account that the data name, and DDMS543 when the environments are not all named.

    `accounts`: those of the data. `named`: the environments that a person gave up, one by one.
    """
    found = [(past, _ledger(past)) for past in read_past(root)]
    for past, ledger in found:
        theirs = {past.name} if past.kind == "account" else _accounts(past, ledger)
        if not theirs or theirs & set(accounts):
            yield refusals.still_ours(past, min(theirs & set(accounts), default=None))
    held = {past.name for past, ledger in found if past.kind == "environment" and ledger.holding()}
    if held != set(named):
        yield refusals.unnamed(sorted(held))


def _accounts(past: Past, ledger: Ledger) -> set[str]:
    """By the ledger and by the stacks beside it: neither is believed alone, both may have been edited."""
    return {found.ground["account"] for found in (ledger, past.claimed) if "account" in found.ground}


def _ledger(past: Past) -> Ledger:
    """The ledger on disk; what the stacks beside it show, where it cannot be read."""
    try:
        return past.shown if past.content is None else read_ledger(past.content)
    except ValueError:
        return past.shown
