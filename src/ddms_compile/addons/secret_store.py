"""The chart `helm/secret-store`: what External Secrets reads Secrets Manager as.

The store is in the application's namespace and takes on the role of a service account there (IRSA): no other one
can use it. A release of its own: the kind SecretStore is known to the cluster only after External Secrets is there.
"""

from typing import Any

from ddms_compile.addons.addon import Addon
from ddms_compile.addons.pods import account
from ddms_compile.resolve import Environment

NAME = "secret-store"
NAMESPACE = "external-secrets"
STORE = "aws-secrets-manager"
SERVICE_ACCOUNT = "secret-reader"
ROLE = "secret-reader"


def addon(environment: Environment) -> Addon:
    """There with External Secrets, and after it."""
    chosen = environment.read(lambda s: s.security.secrets)
    return Addon(
        name=NAME,
        chart=NAME,
        repository=None,
        version=None,
        namespace=NAMESPACE,
        values=values(environment),
        exists=chosen.keys,
        wanted=chosen.value == "external-secrets",
    )


def values(environment: Environment) -> dict[str, Any]:
    """Names are shared with the application's values and with the role's trust policy."""
    return {
        "name": STORE,
        "namespace": environment.names.project,
        "region": environment.read(lambda s: s.aws.region),
        "serviceAccount": account(environment, SERVICE_ACCOUNT, ROLE),
    }
