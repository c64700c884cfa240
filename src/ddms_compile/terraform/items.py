"""The units of synthesis: each environment, then each account."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ddms_compile.cdktf import Binding
from ddms_compile.resolve import Environment
from ddms_compile.resolve.accounts import Account, make_accounts
from ddms_compile.terraform.account import make_account
from ddms_compile.terraform.environment import make_environment
from ddms_compile.terraform.ledger.file import Synthesized
from ddms_compile.terraform.ledger.ledger import Ledger
from ddms_compile.terraform.paths import ledger_of_account, ledger_of_environment


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountItem:
    """An account with its environments; with all environments if it has none."""

    account: Account
    environments: Mapping[str, Environment]


Item = Environment | AccountItem


def items(wanted: Sequence[Environment], every: Mapping[str, Environment]) -> Iterator[Item]:
    """Yield the requested environments, and the accounts of all."""
    yield from wanted
    for account in make_accounts(every):
        inside = {tenant.name: every[tenant.name] for tenant in account.tenants}
        yield AccountItem(account=account, environments=inside or every)


def ledger_of(item: Item) -> str:
    """Return the path of the item's ledger."""
    if isinstance(item, Environment):
        return ledger_of_environment(item.name)
    return ledger_of_account(item.account.number.value)


def make_item(binding: Binding, item: Item, ledgers: Mapping[str, Ledger], today: datetime.date) -> Synthesized:
    """Return the item's stacks and ledger. `ledgers`: those of earlier builds, by path."""
    before = ledgers.get(ledger_of(item), Ledger())
    if isinstance(item, Environment):
        return make_environment(binding, item, before, today)
    return make_account(binding, item.account, item.environments, before, today)
