"""Settings that pods of add-ons share: resources, topology spread, security context, service account."""

from ddms_compile.provenance.traced import Traced
from ddms_compile.resolve import Environment
from ddms_compile.resolve.roles import role_arn
from ddms_compile.tree import TracedTable


def room(cpu: str, memory: str) -> TracedTable:
    """Return requests and a memory limit; no CPU limit, so that bursts are not throttled."""
    return {"requests": {"cpu": cpu, "memory": memory}, "limits": {"memory": memory}}


def spread(**labels: str) -> list[TracedTable]:
    """Return topology spread constraints over zones and nodes for pods with these `app.kubernetes.io/` labels."""
    selector = {"matchLabels": {f"app.kubernetes.io/{name}": value for name, value in sorted(labels.items())}}
    return [
        {"labelSelector": selector, "maxSkew": 1, "topologyKey": key, "whenUnsatisfiable": "ScheduleAnyway"}
        for key in ("topology.kubernetes.io/zone", "kubernetes.io/hostname")
    ]


def restricted() -> TracedTable:
    """Return the security context of a container under the Pod Security Standard `restricted`."""
    return {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "readOnlyRootFilesystem": True,
        "runAsNonRoot": True,
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def unprivileged_pod() -> TracedTable:
    """Return the security context of a pod whose image sets no numeric user."""
    return {
        "fsGroup": 65534,
        "runAsGroup": 65534,
        "runAsNonRoot": True,
        "runAsUser": 65534,
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def account(environment: Environment, name: str, role: str) -> TracedTable:
    """Return a service account that assumes the environment's role `role` (IRSA)."""
    return {"name": name, "annotations": {"eks.amazonaws.com/role-arn": role_arn(environment, role)}}


def copies(environment: Environment) -> Traced[int]:
    """Return the replicas: two in production, so that a node can be drained; one elsewhere."""
    return environment.read(lambda s: 2 if s.tier == "production" else 1)


def guarded(environment: Environment) -> Traced[bool]:
    """Return whether to create a PodDisruptionBudget: with one replica it would block every drain."""
    return copies(environment).map(lambda count: count > 1)
