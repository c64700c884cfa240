"""A small evaluator of NetworkPolicy: may this pod open a connection to that one?

As the API documents it: a pod that no policy selects for a direction is open in it; one that is selected may do what
any of the policies allows. Both ends must agree. An address outside of the cluster has no policies.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """A pod (its namespace and labels), or, without a namespace, an address outside of the cluster."""

    namespace: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    address: str = ""


def allowed(policies: Iterable[Mapping[str, Any]], source: End, target: End, port: int, protocol: str = "TCP") -> bool:
    """Whether a connection from `source` to this port of `target` is possible."""
    listed = tuple(policies)
    return _open(listed, "Egress", source, target, port, protocol) and _open(
        listed, "Ingress", target, source, port, protocol
    )


def _open(
    policies: tuple[Mapping[str, Any], ...], direction: str, pod: End, peer: End, port: int, protocol: str
) -> bool:
    selecting = [policy for policy in policies if _selects(policy, direction, pod)]
    rules = [rule for policy in selecting for rule in policy["spec"].get(direction.lower()) or []]
    side = "to" if direction == "Egress" else "from"
    return not selecting or any(
        _peers(rule.get(side), policies, peer) and _ports(rule.get("ports"), port, protocol) for rule in rules
    )


def _selects(policy: Mapping[str, Any], direction: str, pod: End) -> bool:
    return (
        direction in policy["spec"]["policyTypes"]
        and policy["metadata"]["namespace"] == pod.namespace
        and _matches(policy["spec"]["podSelector"], pod.labels)
    )


def _peers(peers: list[Any] | None, policies: tuple[Mapping[str, Any], ...], end: End) -> bool:
    return not peers or any(_peer(peer, policies, end) for peer in peers)


def _peer(peer: Mapping[str, Any], policies: tuple[Mapping[str, Any], ...], end: End) -> bool:
    if "ipBlock" in peer:
        assert set(peer["ipBlock"]) == {"cidr"}
        return bool(end.address) and ip_address(end.address) in ip_network(peer["ipBlock"]["cidr"])
    if not end.namespace:
        return False
    own = {policy["metadata"]["namespace"] for policy in policies}
    space = peer.get("namespaceSelector")
    inside = end.namespace in own if space is None else _matches(space, {"kubernetes.io/metadata.name": end.namespace})
    return inside and _matches(peer.get("podSelector", {}), end.labels)


def _matches(selector: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    assert set(selector) <= {"matchLabels"}, "only matchLabels is evaluated here"
    return dict(selector.get("matchLabels", {})).items() <= dict(labels).items()


def _ports(ports: list[Any] | None, port: int, protocol: str) -> bool:
    return not ports or any(entry["port"] == port and entry["protocol"] == protocol for entry in ports)
