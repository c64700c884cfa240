"""External Secrets Operator: copies secrets of AWS Secrets Manager to Secrets of the application's namespace."""

from ddms_compile.addons.addon import Addon
from ddms_compile.addons.pods import copies, guarded, room, spread
from ddms_compile.resolve import Environment
from ddms_compile.tree import TracedTable

NAME = "external-secrets"
NAMESPACE = "external-secrets"


def addon(environment: Environment) -> Addon:
    """Return the release; wanted when it delivers the secrets to the pods."""
    chosen = environment.read(lambda s: s.security.secrets)
    return Addon(
        name=NAME,
        chart=NAME,
        repository="https://charts.external-secrets.io",
        version=environment.read(lambda s: s.versions.charts.external_secrets),
        namespace=NAMESPACE,
        values=values(environment),
        exists=chosen.keys,
        wanted=chosen.value == "external-secrets",
    )


def values(environment: Environment) -> TracedTable:
    """Return the values: one controller, limited to the application's namespace. The IAM role belongs to the store.

    Its webhook only rejects invalid stores; without it no certificate and no third pod are needed.
    """
    several = guarded(environment)
    return {
        "scopedNamespace": environment.names.project,
        "scopedRBAC": True,
        "crds": {
            "createClusterExternalSecret": False,
            "createClusterGenerator": False,
            "createClusterPushSecret": False,
            "createClusterSecretStore": False,
            "createPushSecret": False,
        },
        "processClusterExternalSecret": False,
        "processClusterGenerator": False,
        "processClusterPushSecret": False,
        "processClusterStore": False,
        "processPushSecret": False,
        "rbac": {
            "aggregateToAdmin": False,
            "aggregateToEdit": False,
            "aggregateToView": False,
            "servicebindings": {"create": False},
        },
        "webhook": {"create": False},
        "certController": {"create": False},
        "replicaCount": copies(environment),
        "leaderElect": several,
        "podDisruptionBudget": {"enabled": several},
        "topologySpreadConstraints": spread(name=NAME),
        "resources": room("20m", "128Mi"),
        "livenessProbe": {"enabled": True},
        "readinessProbe": {"enabled": True},
        "serviceMonitor": {"enabled": True},
    }
