"""The Pod Security Standards, field by field (kubernetes.io/docs/concepts/security/pod-security-standards, 1.36)."""

from collections.abc import Iterator, Mapping
from typing import Any

VOLUMES = frozenset(
    {"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"}
)
BASELINE_CAPABILITIES = frozenset(
    {
        *("AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE"),
        *("SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"),
    }
)


def violations(spec: Mapping[str, Any], level: str) -> Iterator[str]:
    """What of a pod the level refuses. Raises AssertionError for a level that does not exist."""
    assert level in ("privileged", "baseline", "restricted"), level
    if level == "privileged":
        return
    yield from _baseline(spec)
    if level == "restricted":
        yield from _restricted(spec)


def _containers(spec: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [*spec.get("initContainers", []), *spec["containers"], *spec.get("ephemeralContainers", [])]


def _baseline(spec: Mapping[str, Any]) -> Iterator[str]:
    yield from (field for field in ("hostNetwork", "hostPID", "hostIPC") if spec.get(field))
    yield from (f"volume {volume['name']}: hostPath" for volume in spec.get("volumes", []) if "hostPath" in volume)
    for container in _containers(spec):
        context, of = container.get("securityContext", {}), container["name"]
        if context.get("privileged"):
            yield f"{of}: privileged"
        if any(port.get("hostPort") for port in container.get("ports", [])):
            yield f"{of}: hostPort"
        if not set(context.get("capabilities", {}).get("add", [])) <= BASELINE_CAPABILITIES:
            yield f"{of}: capabilities.add"
        if context.get("procMount", "Default") != "Default":
            yield f"{of}: procMount"


def _restricted(spec: Mapping[str, Any]) -> Iterator[str]:
    for volume in spec.get("volumes", []):
        if not set(volume) - {"name"} <= VOLUMES:
            yield f"volume {volume['name']}"
    pod = spec.get("securityContext", {})
    for container in _containers(spec):
        context, of = container.get("securityContext", {}), container["name"]
        if context.get("allowPrivilegeEscalation") is not False:
            yield f"{of}: allowPrivilegeEscalation"
        capabilities = context.get("capabilities", {})
        if "ALL" not in capabilities.get("drop", []) or not set(capabilities.get("add", [])) <= {"NET_BIND_SERVICE"}:
            yield f"{of}: capabilities"
        if context.get("runAsNonRoot", pod.get("runAsNonRoot")) is not True:
            yield f"{of}: runAsNonRoot"
        if context.get("runAsUser", pod.get("runAsUser")) == 0:
            yield f"{of}: runAsUser"
        profile = context.get("seccompProfile", pod.get("seccompProfile", {})).get("type")
        if profile not in ("RuntimeDefault", "Localhost"):
            yield f"{of}: seccompProfile"
