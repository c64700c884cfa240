"""What an API server (1.36) admits into a namespace: Pod Security, LimitRange and ResourceQuota.

Sources (kubernetes.io/docs/concepts): "Pod Security Standards", "Limit Ranges" and "Resource Quotas". Only what the
project's own namespaces use is modeled; anything else is an assertion error, not a pass.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from math import ceil
from typing import Any

from cluster.pod_security import violations

Manifest = Mapping[str, Any]
_UNITS = {"m": Decimal("0.001"), "": Decimal(1), "k": Decimal(10**3), "M": Decimal(10**6), "G": Decimal(10**9)}
_UNITS |= {"Ki": Decimal(2**10), "Mi": Decimal(2**20), "Gi": Decimal(2**30), "Ti": Decimal(2**40)}
_COUNTED = {"pods", "requests.cpu", "requests.memory", "services.loadbalancers", "services.nodeports"}


def quantity(text: str | float) -> Decimal:
    """A Kubernetes quantity in cores, bytes or pieces."""
    number = str(text).rstrip("mkMGTi")
    return Decimal(number) * _UNITS[str(text).removeprefix(number)]


def refusals(made: Iterable[tuple[Manifest, int]], cluster: Iterable[Manifest]) -> Iterator[str]:
    """Why objects (each with how many of it exist at once) are refused, given all objects of the cluster.

    An object of any kind with a pod template stands for one pod of it. A namespace without limits refuses nothing.
    """
    listed, here = list(cluster), list(made)
    for namespace in sorted({item["metadata"]["namespace"] for item, _ in here}):
        inside = [(item, count) for item, count in here if item["metadata"]["namespace"] == namespace]
        level = _enforced(listed, namespace)
        ranges, quotas = (_limiting(listed, kind, namespace) for kind in ("LimitRange", "ResourceQuota"))
        pods = [(name(item), _defaulted(pod_spec(item), ranges), count) for item, count in inside if pod_spec(item)]
        for which, spec, _ in pods:
            yield from (f"{which}: {reason}" for reason in violations(spec, level))
            yield from (f"{which}: {reason}" for reason in _impossible(spec))
        for quota in quotas:
            yield from _exceeded(quota, pods, [(item, count) for item, count in inside if item["kind"] == "Service"])


def name(item: Manifest) -> str:
    """Namespace, kind and name."""
    meta = item["metadata"]
    return f"{meta['namespace']}/{item['kind']}/{meta.get('name') or meta['generateName']}"


def pod_spec(item: Manifest) -> Manifest | None:
    """The spec of the pod that the object is or makes; None for an object without pods."""
    if item["kind"] == "Pod":
        return dict(item["spec"])
    if item["kind"] in ("DaemonSet", "Deployment", "Job", "StatefulSet"):
        return dict(item["spec"]["template"]["spec"])
    return None


def _enforced(cluster: list[Manifest], namespace: str) -> str:
    """The level that is enforced; EKS's default is `privileged`."""
    labels = [
        item["metadata"].get("labels", {})
        for item in cluster
        if item["kind"] == "Namespace" and item["metadata"]["name"] == namespace
    ]
    return str(labels[0].get("pod-security.kubernetes.io/enforce", "privileged")) if labels else "privileged"


def _limiting(cluster: list[Manifest], kind: str, namespace: str) -> list[Manifest]:
    return [item for item in cluster if item["kind"] == kind and item["metadata"]["namespace"] == namespace]


def _defaulted(spec: Manifest | None, ranges: list[Manifest]) -> dict[str, Any]:
    """The spec with requests and limits filled in: a limit without a request is its own request."""
    assert spec is not None
    filled = dict(spec)
    for kind in ("initContainers", "containers"):
        filled[kind] = [_filled(container, ranges) for container in spec.get(kind, [])]
    return filled


def _filled(container: Manifest, ranges: list[Manifest]) -> dict[str, Any]:
    resources = container.get("resources", {})
    limits, requests = dict(resources.get("limits", {})), dict(resources.get("requests", {}))
    for entry in (entry for item in ranges for entry in item["spec"]["limits"]):
        assert entry["type"] == "Container" and set(entry) <= {"type", "default", "defaultRequest"}
        own = set(limits)
        limits = {**entry.get("default", {}), **limits}
        requests = {**{k: v for k, v in limits.items() if k in own}, **requests}
        requests = {**entry.get("defaultRequest", {}), **requests}
    return {**container, "resources": {"limits": limits, "requests": {**limits, **requests}}}


def _impossible(spec: Manifest) -> Iterator[str]:
    """A request above its limit is invalid."""
    for container in [*spec["initContainers"], *spec["containers"]]:
        limits, requests = container["resources"]["limits"], container["resources"]["requests"]
        for resource in limits.keys() & requests.keys():
            if quantity(requests[resource]) > quantity(limits[resource]):
                yield f"{container['name']} asks for more {resource} than its limit"


def _exceeded(
    quota: Manifest, pods: list[tuple[str, dict[str, Any], int]], services: list[tuple[Manifest, int]]
) -> Iterator[str]:
    hard = quota["spec"]["hard"]
    assert set(hard) <= _COUNTED and "scopes" not in quota["spec"]
    used = dict.fromkeys(hard, Decimal(0))
    for which, spec, count in pods:
        used["pods"] += count
        for resource in ("cpu", "memory"):
            if f"requests.{resource}" not in hard:
                continue
            for container in [*spec["initContainers"], *spec["containers"]]:
                if resource not in container["resources"]["requests"]:
                    yield f"{which}: {container['name']} must ask for {resource}"
            used[f"requests.{resource}"] += count * _requested(spec, resource)
    for service, count in services:
        kind, ports = service["spec"].get("type", "ClusterIP"), len(service["spec"]["ports"])
        used["services.loadbalancers"] += count * (kind == "LoadBalancer")
        used["services.nodeports"] += count * ports * (kind in ("LoadBalancer", "NodePort"))
    for resource, limit in hard.items():
        if used[resource] > quantity(limit):
            yield f"quota {quota['metadata']['name']}: {resource} {used[resource]} of {limit}"


def _requested(spec: Manifest, resource: str) -> Decimal:
    """The larger of all containers together and the largest init container."""

    def asked(kind: str) -> list[Decimal]:
        return [quantity(each["resources"]["requests"].get(resource, 0)) for each in spec[kind]]

    return max([sum(asked("containers"), Decimal(0)), *asked("initContainers")])


def surge(count: int, percent: int) -> int:
    """Pods that a rolling update may make above `count`."""
    return ceil(count * percent / 100)
