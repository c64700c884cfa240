"""The version of the secret variables in use.

Terraform passes a write-only argument on only when the number beside it grows: it cannot see that a value has changed.
"""

from ddms_compile.terraform.expression import NumberExpression, reference
from ddms_compile.terraform.stack import Stack


def declare_secrets_version(stack: Stack) -> None:
    """The variable `secrets_version`, once in a stack."""
    stack.component("secrets_version").variable(
        "secrets_version",
        description="Increase by one when the value of a secret variable changes",
        type="number",
        sensitive=False,
        default=1,
    )


def secrets_version() -> NumberExpression:
    """The number."""
    number = reference("var.secrets_version")
    return NumberExpression(number.value, number.keys, number.addresses)
