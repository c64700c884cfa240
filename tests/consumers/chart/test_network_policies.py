"""Who may talk to whom, by evaluating the policies on pods as the chart labels them."""

from typing import Any

import pytest

from chart.network import End, allowed
from chart.rendering import FULL, NAMESPACE, changed, objects

_VALUES = changed(FULL, {"networkPolicy.dns.cidrs": ["169.254.20.10/32"]})
_MADE = objects(_VALUES)
_POLICIES = [manifest for (kind, _), manifest in _MADE.items() if kind == "NetworkPolicy"]
_STANDING = [policy for policy in _POLICIES if "helm.sh/hook" not in policy["metadata"].get("annotations", {})]


def _pod(component: str) -> End:
    labels = _MADE["Deployment", f"ddms-{component}"]["spec"]["template"]["metadata"]["labels"]
    return End(namespace=NAMESPACE, labels=labels, address="10.20.8.8")


ENDS = {
    "backend": _pod("backend"),
    "frontend": _pod("frontend"),
    "test": End(namespace=NAMESPACE, labels=_MADE["Pod", "ddms-backend-test"]["metadata"]["labels"]),
    "solver": End(namespace=NAMESPACE, labels={"acme.cert-manager.io/http01-solver": "true"}),
    "neighbour": End(namespace=NAMESPACE, labels={"app": "x"}, address="10.20.9.9"),
    "stranger": End(namespace="elsewhere", labels={"app.kubernetes.io/name": "ingress-nginx"}),
    "twin": End(namespace="elsewhere", labels=_pod("backend").labels),
    "controller": End(namespace="ingress-nginx", labels={"app.kubernetes.io/name": "ingress-nginx"}),
    "beside the controller": End(namespace="ingress-nginx", labels={"app": "x"}),
    "prometheus": End(namespace="monitoring", labels={"app.kubernetes.io/name": "prometheus"}),
    "dns": End(namespace="kube-system", labels={"k8s-app": "kube-dns"}, address="10.20.7.7"),
    "beside dns": End(namespace="kube-system", labels={"app": "x"}),
    "dns cache": End(address="169.254.20.10"),
    "database": End(address="10.20.64.10"),
    "second database": End(address="10.20.65.10"),
    "redis": End(address="10.20.66.10"),
    "payment provider": End(address="203.0.113.7"),
    "internet": End(address="198.51.100.1"),
    "metadata of the node": End(address="169.254.169.254"),
}
_YES = (
    ("controller", "frontend", 8080),
    ("controller", "backend", 3000),
    ("controller", "solver", 8089),
    ("prometheus", "backend", 9464),
    ("backend", "database", 5432),
    ("backend", "second database", 5432),
    ("backend", "redis", 6379),
    ("backend", "payment provider", 443),
    ("backend", "dns", 53),
    ("frontend", "dns", 53),
    ("backend", "dns cache", 53),
)
_NO = (
    ("frontend", "database", 5432),
    ("frontend", "redis", 6379),
    ("frontend", "backend", 3000),
    ("frontend", "payment provider", 443),
    ("frontend", "internet", 443),
    ("backend", "frontend", 8080),
    ("backend", "internet", 443),
    ("backend", "payment provider", 80),
    ("backend", "metadata of the node", 80),
    ("backend", "database", 22),
    ("backend", "database", 6379),
    ("backend", "redis", 5432),
    ("backend", "neighbour", 80),
    ("backend", "beside dns", 53),
    ("backend", "dns", 443),
    ("stranger", "backend", 3000),
    ("stranger", "frontend", 8080),
    ("twin", "backend", 3000),
    ("neighbour", "backend", 3000),
    ("neighbour", "solver", 8089),
    ("beside the controller", "backend", 3000),
    ("controller", "backend", 9464),
    ("controller", "backend", 22),
    ("prometheus", "backend", 3000),
    ("prometheus", "frontend", 8080),
    ("internet", "backend", 3000),
    ("solver", "internet", 443),
    ("test", "backend", 3000),
    ("test", "internet", 443),
)


@pytest.mark.parametrize(("source", "target", "port"), _YES)
def test_what_is_approved_is_possible(source: str, target: str, port: int) -> None:
    """The application works: the ingress controller, metrics, data, DNS and declared ways out."""
    assert allowed(_STANDING, ENDS[source], ENDS[target], port)


@pytest.mark.parametrize(("source", "target", "port"), _NO)
def test_everything_else_is_not(source: str, target: str, port: int) -> None:
    """Nobody else reaches the pods, and they reach nothing else."""
    assert not allowed(_STANDING, ENDS[source], ENDS[target], port)


def test_dns_over_udp_is_possible() -> None:
    """Names are mostly looked up over UDP."""
    assert allowed(_STANDING, ENDS["backend"], ENDS["dns"], 53, "UDP")
    assert not allowed(_STANDING, ENDS["backend"], ENDS["database"], 5432, "UDP")


@pytest.mark.parametrize(("target", "port"), [("backend", 3000), ("frontend", 8080), ("dns", 53)])
def test_helm_test_reaches_what_it_reads(target: str, port: int) -> None:
    """While `helm test` runs its pods read both components, and still nothing else."""
    assert allowed(_POLICIES, ENDS["test"], ENDS[target], port)
    assert not allowed(_POLICIES, ENDS["test"], ENDS["database"], 5432)
    assert not allowed(_POLICIES, ENDS["neighbour"], ENDS["backend"], 3000)


@pytest.mark.parametrize("component", ["backend", "frontend"])
def test_helm_test_opens_the_way_for_its_own_pods_alone(component: str) -> None:
    """The policy that is there during the test names the pods of the test, not the whole release."""
    (rule,) = _MADE["NetworkPolicy", f"ddms-test-{component}"]["spec"]["ingress"]
    (peer,) = rule["from"]
    assert peer["podSelector"]["matchLabels"]["app.kubernetes.io/component"] == "test"
    assert set(peer) == {"podSelector"}


def test_every_pod_of_the_release_is_denied_by_default() -> None:
    """Default deny selects each pod that the chart makes, in both directions, and allows nothing."""
    deny = _MADE["NetworkPolicy", "ddms-default-deny"]["spec"]
    assert sorted(deny["policyTypes"]) == ["Egress", "Ingress"]
    assert not {"ingress", "egress"} & set(deny)
    for end in ("backend", "frontend", "test"):
        assert deny["podSelector"]["matchLabels"].items() <= dict(ENDS[end].labels).items()


@pytest.mark.parametrize("values", [_VALUES, changed(FULL, {"backend.metrics.enabled": False})])
def test_a_declared_way_out_has_its_reason(values: dict[str, Any]) -> None:
    """The policy says to a reader why each range may be reached."""
    policy = objects(values)["NetworkPolicy", "ddms-backend"]
    assert policy["metadata"]["annotations"] == {"egress.ddms/0": "203.0.113.0/24: the payment provider's API"}
