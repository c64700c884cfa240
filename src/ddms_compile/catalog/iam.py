"""Policies that a project publishes for its controller."""

from typing import Any

from ddms_compile.catalog.table import read_json


def load_balancer_controller_policy() -> dict[str, Any]:
    """The policy of the AWS Load Balancer Controller, as its release v3.5.0 has it (docs/install/iam_policy.json)."""
    policy: dict[str, Any] = read_json("aws-load-balancer-controller")
    return policy
