"""What an API server looks at beside the schema, for the kinds that we make: forms of names, labels and amounts."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from ipaddress import ip_address, ip_network
from typing import Any

_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_NAME = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*"
"""A "DNS subdomain", whose parts Kubernetes lets be longer than 63."""

_WORD = r"[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?"
_NAMES = {"Service": r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?", "Namespace": _LABEL}
_QUANTITY = r"[0-9]+(\.[0-9]+)?(m|k|Ki|M|Mi|G|Gi|T|Ti)?"
_LARGEST = 2**18
"""Bytes of all annotations of an object together."""


def refusals(manifest: Mapping[str, Any]) -> Iterator[str]:
    """What the server would refuse of an object that its schema accepts."""
    kind, name = manifest["kind"], manifest["metadata"]["name"]
    if not re.fullmatch(_NAMES.get(kind, _NAME), name, re.ASCII) or len(name) > 253:
        yield f"the name {name!r}"
    for table, found in _tables(manifest):
        if table in ("labels", "matchLabels", "nodeSelector", "selector") and _is_text(found):
            yield from (f"the label {key}={value}" for key, value in found.items() if not _is_label(key, value))
        if table == "annotations":
            yield from (f"the annotation {key}" for key in found if not _is_key(key.lower()))
            if sum(len(f"{key}{value}".encode()) for key, value in found.items()) > _LARGEST:
                yield "annotations of more than 256 KiB"
        if table in ("requests", "limits", "emptyDir"):
            yield from (f"the amount {value!r}" for value in found.values() if not re.fullmatch(_QUANTITY, value))
        if table == "ipBlock":
            ip_network(found["cidr"], strict=False)
    yield from _CHECKS.get(kind, _nothing)(manifest)


def _tables(node: Any, name: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every table, with the key that it stands under."""
    if isinstance(node, Mapping):
        yield name, node
        for key, part in node.items():
            # The data of a ConfigMap are the user's own, and labels of alerts are not Kubernetes'.
            if key not in ("data", "stringData", "groups"):
                yield from _tables(part, key)
    elif isinstance(node, list):
        for part in node:
            yield from _tables(part)


def _is_text(table: Mapping[str, Any]) -> bool:
    return all(isinstance(value, str) for value in table.values())


def _is_key(key: str) -> bool:
    prefix, slash, name = key.rpartition("/")
    good = not slash or (re.fullmatch(_NAME, prefix, re.ASCII) and len(prefix) <= 253)
    return bool(good and re.fullmatch(_WORD, name, re.ASCII))


def _is_label(key: str, value: str) -> bool:
    return _is_key(key) and bool(re.fullmatch(f"({_WORD})?", value, re.ASCII))


def _nothing(_: Mapping[str, Any]) -> Iterator[str]:
    yield from ()


def _variables(manifest: Mapping[str, Any]) -> Iterator[str]:
    for key in {**manifest.get("data", {}), **manifest.get("stringData", {})}:
        if not re.fullmatch(r"[-._a-zA-Z0-9]{1,253}", key):
            yield f"the key {key!r}"


def _pod(spec: Mapping[str, Any]) -> Iterator[str]:
    for container in spec["containers"]:
        ports = container.get("ports", [])
        yield from _twice("port", [port["containerPort"] for port in ports])
        yield from _twice("name of a port", [port["name"] for port in ports])
        yield from _twice("path", [mount["mountPath"] for mount in container.get("volumeMounts", [])])
        sleep = container.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
        if sleep > spec.get("terminationGracePeriodSeconds", 30):
            yield "a sleep of more than the grace period"
    for toleration in spec.get("tolerations", []):
        if toleration["operator"] == "Exists" and toleration.get("value"):
            yield "a toleration of Exists with a value"
    for constraint in spec.get("topologySpreadConstraints", []):
        if "minDomains" in constraint and constraint["whenUnsatisfiable"] != "DoNotSchedule":
            yield "minDomains without DoNotSchedule"


def _twice(what: str, values: list[Any]) -> Iterator[str]:
    yield from (f"the {what} {value!r} twice" for value, number in Counter(values).items() if number > 1)


def _scaler(manifest: Mapping[str, Any]) -> Iterator[str]:
    if not 1 <= manifest["spec"]["minReplicas"] <= manifest["spec"]["maxReplicas"]:
        yield "minReplicas above maxReplicas"


def _ingress(manifest: Mapping[str, Any]) -> Iterator[str]:
    for rule in manifest["spec"]["rules"]:
        try:
            ip_address(rule["host"])
        except ValueError:
            continue
        yield f"the address {rule['host']} as a host"


_CHECKS = {
    "ConfigMap": _variables,
    "Deployment": lambda manifest: _pod(manifest["spec"]["template"]["spec"]),
    "HorizontalPodAutoscaler": _scaler,
    "Ingress": _ingress,
    "Pod": lambda manifest: _pod(manifest["spec"]),
    "Secret": _variables,
}
