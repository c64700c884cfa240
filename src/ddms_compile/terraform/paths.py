"""Where stacks and ledgers are. Importing this imports no binding: a check looks at them too."""

BOOTSTRAP = "bootstrap"
"""The name of the stack that each account has."""

ACCOUNTS = "generated/bootstrap/terraform"


def stack_of_environment(name: str, stack: str) -> str:
    """The file of one of its stacks."""
    return f"generated/{name}/terraform/stacks/{stack}/cdk.tf.json"


def ledger_of_environment(name: str) -> str:
    """Its ledger."""
    return f"generated/{name}/terraform/ledger.json"


def stack_of_account(number: str) -> str:
    """The file of its stack."""
    return f"{ACCOUNTS}/stacks/{number}/cdk.tf.json"


def ledger_of_account(number: str) -> str:
    """Its ledger."""
    return f"{ACCOUNTS}/ledgers/{number}.json"
