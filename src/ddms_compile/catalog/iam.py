"""IAM policies that projects publish for their controllers."""

from ddms_compile.catalog.table import read_json
from ddms_compile.tree import Document


def load_balancer_controller_policy() -> Document:
    """Return the policy of the AWS Load Balancer Controller, release v3.5.0 (docs/install/iam_policy.json)."""
    policy: Document = read_json("aws-load-balancer-controller")
    return policy
