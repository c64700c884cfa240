"""What all pods of add-ons are asked for: room, places to run, an identity."""

from typing import Any

from ddms_compile.provenance.traced import Traced
from ddms_compile.resolve import Environment
from ddms_compile.resolve.roles import role_arn


def room(cpu: str, memory: str) -> dict[str, Any]:
    """Requests, and a limit of memory; processors are not limited, so that a busy moment is not throttled."""
    return {"requests": {"cpu": cpu, "memory": memory}, "limits": {"memory": memory}}


def spread(**labels: str) -> list[dict[str, Any]]:
    """Pods with these `app.kubernetes.io/` labels go to different zones and nodes, where there are several."""
    selector = {"matchLabels": {f"app.kubernetes.io/{name}": value for name, value in sorted(labels.items())}}
    return [
        {"labelSelector": selector, "maxSkew": 1, "topologyKey": key, "whenUnsatisfiable": "ScheduleAnyway"}
        for key in ("topology.kubernetes.io/zone", "kubernetes.io/hostname")
    ]


def restricted() -> dict[str, Any]:
    """The security context of a container under the Pod Security Standard `restricted`."""
    return {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "readOnlyRootFilesystem": True,
        "runAsNonRoot": True,
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def unprivileged_pod() -> dict[str, Any]:
    """The security context of a pod whose image does not say which user it runs as."""
    return {
        "fsGroup": 65534,
        "runAsGroup": 65534,
        "runAsNonRoot": True,
        "runAsUser": 65534,
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def account(environment: Environment, name: str, role: str) -> dict[str, Any]:
    """A service account that takes on the environment's role `role` (IRSA)."""
    return {"name": name, "annotations": {"eks.amazonaws.com/role-arn": role_arn(environment, role)}}


def copies(environment: Environment) -> Traced[int]:
    """Two pods in production, so that a node can go; one elsewhere."""
    return environment.read(lambda s: 2 if s.tier == "production" else 1)


def guarded(environment: Environment) -> Traced[bool]:
    """Whether a disruption budget makes sense: with one pod it would block every drain."""
    return copies(environment).map(lambda count: count > 1)
