"""Paths of stacks and ledgers. Imports no binding, since `check` uses it."""

BOOTSTRAP = "bootstrap"
"""The name of the stack that each account has."""

ACCOUNTS = "generated/bootstrap/terraform"


def stack_of_environment(name: str, stack: str) -> str:
    """Return the path of one of the environment's stacks."""
    return f"generated/{name}/terraform/stacks/{stack}/cdk.tf.json"


def ledger_of_environment(name: str) -> str:
    """Its ledger."""
    return f"generated/{name}/terraform/ledger.json"


def stack_of_account(number: str) -> str:
    """Return the path of the account's stack."""
    return f"{ACCOUNTS}/stacks/{number}/cdk.tf.json"


def ledger_of_account(number: str) -> str:
    """Its ledger."""
    return f"{ACCOUNTS}/ledgers/{number}.json"
