"""External Secrets: keeps Secrets of the application's namespace equal to entries of Secrets Manager."""

from typing import Any

from ddms_compile.addons.addon import Addon
from ddms_compile.addons.pods import copies, guarded, room, spread
from ddms_compile.resolve import Environment

NAME = "external-secrets"
NAMESPACE = "external-secrets"


def addon(environment: Environment) -> Addon:
    """There when it is what brings secrets to the pods."""
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


def values(environment: Environment) -> dict[str, Any]:
    """One controller, confined to the application's namespace and without a role in AWS: the store has one.

    Without its webhook, whose only work is to reject invalid stores, it needs no certificate and no third pod.
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
