"""The stack of one account, and its ledger: state buckets, the pipeline's roles, and images."""

import datetime
from collections.abc import Mapping

from ddms_compile.cdktf import Binding
from ddms_compile.resolve import Environment
from ddms_compile.resolve.accounts import Account
from ddms_compile.terraform.ledger.file import Synthesized, SynthesizedStack, with_ledger
from ddms_compile.terraform.ledger.ledger import Ledger, Owner
from ddms_compile.terraform.paths import BOOTSTRAP, ledger_of_account, stack_of_account
from ddms_compile.terraform.stacks.bootstrap import bootstrap


def make_account(
    binding: Binding, account: Account, environments: Mapping[str, Environment], before: Ledger, today: datetime.date
) -> Synthesized:
    """Return the stack and the ledger. `before`: the ledger of earlier builds.

    An environment in the account may accept a loss; without one, any environment in the cloud.
    """
    number = account.number.value
    tree, leaves = bootstrap(binding, account).finish()
    cloud = [name for name in sorted(environments) if environments[name].tier != "local"]
    judges = [tenant.name for tenant in account.tenants] or cloud
    return with_ledger(
        Owner(name=f"the account {number}", environment=None, accepts=judges[0], address=f"account.{number}"),
        {BOOTSTRAP: SynthesizedStack(path=stack_of_account(number), tree=tree, leaves=leaves)},
        path=ledger_of_account(number),
        before=before,
        today=today,
        accepted=tuple(loss for name in judges for loss in environments[name].read(lambda s: s.policy.losses).value),
    )
