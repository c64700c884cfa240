"""IAM policies that projects publish for their controllers."""

from typing import Any

from ddms_compile.catalog.table import read_json


def load_balancer_controller_policy() -> dict[str, Any]:
    """Return the policy of the AWS Load Balancer Controller, release v3.5.0 (docs/install/iam_policy.json)."""
    policy: dict[str, Any] = read_json("aws-load-balancer-controller")
    return policy
