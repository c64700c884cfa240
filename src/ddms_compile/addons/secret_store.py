"""The chart `helm/secret-store`: the SecretStore and the identity with which External Secrets reads Secrets Manager.

The store is in the application's namespace and assumes the role of a service account there (IRSA): no other namespace
can use it. A separate release, because External Secrets installs the CRD SecretStore.
"""

from ddms_compile.addons.addon import Addon
from ddms_compile.addons.pods import account
from ddms_compile.resolve import Environment
from ddms_compile.tree import TracedTable

NAME = "secret-store"
NAMESPACE = "external-secrets"
STORE = "aws-secrets-manager"
SERVICE_ACCOUNT = "secret-reader"
ROLE = "secret-reader"


def addon(environment: Environment) -> Addon:
    """Return the release; wanted with External Secrets, and after it."""
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


def values(environment: Environment) -> TracedTable:
    """Return the values, with the names that the application's values and the role's trust policy use."""
    return {
        "name": STORE,
        "namespace": environment.names.project,
        "region": environment.read(lambda s: s.aws.region),
        "serviceAccount": account(environment, SERVICE_ACCOUNT, ROLE),
    }
