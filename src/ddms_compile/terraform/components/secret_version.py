"""The variable `secrets_version`, the version of the secret variables.

Terraform sends a write-only argument only when its version number changes: it cannot compare the value.
"""

from ddms_compile.terraform.expression import NumberExpression, reference
from ddms_compile.terraform.stack import Stack


def declare_secrets_version(stack: Stack) -> None:
    """Add the variable, once per stack."""
    stack.component("secrets_version").variable(
        "secrets_version",
        description="Increase by one when the value of a secret variable changes",
        type="number",
        sensitive=False,
        default=1,
    )


def secrets_version() -> NumberExpression:
    """Return the version number."""
    number = reference("var.secrets_version")
    return NumberExpression(number.value, number.keys, number.addresses)
