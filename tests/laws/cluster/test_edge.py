"""An Ingress of ours means the same to each ingress controller.

Sources: ingress-nginx 1.15, "Annotations" and "ConfigMap"; Traefik 3.7, "Kubernetes Ingress NGINX".
"""

from collections.abc import Mapping
from typing import Any

import pytest

from cluster.rendered import Cluster
from terraform.shapes import of

CONTROLLERS = ("ingress-nginx", "traefik")
READ_BY_OTHERS = {"cert-manager.io/cluster-issuer": "cert-manager, whichever controller serves the Ingress"}
READ_BY_BOTH = frozenset(
    f"nginx.ingress.kubernetes.io/{name}"
    for name in (
        *("force-ssl-redirect", "ssl-redirect", "permanent-redirect", "temporal-redirect", "rewrite-target"),
        *("proxy-body-size", "proxy-connect-timeout", "proxy-read-timeout", "proxy-send-timeout", "proxy-buffering"),
        *("backend-protocol", "enable-cors", "whitelist-source-range", "limit-rps", "use-regex"),
    )
)
"""Annotations that both controllers document; there are more."""


def _clusters(**changes: Any) -> Mapping[str, Cluster]:
    return {name: Cluster(of("prod", edge__controller=name, **changes)) for name in CONTROLLERS}


def _ingresses(cluster: Cluster) -> list[dict[str, Any]]:
    """Those of our charts, and Grafana's, which its chart makes from our values."""
    grafana = cluster.values("kube-prometheus-stack")["grafana"]["ingress"]
    own = {
        "metadata": {"annotations": grafana["annotations"]},
        "spec": {"ingressClassName": grafana["ingressClassName"]},
    }
    return [*cluster.kind("Ingress"), own]


@pytest.mark.parametrize("controller", CONTROLLERS)
def test_every_annotation_of_an_ingress_has_a_reader(controller: str) -> None:
    """No Ingress carries an annotation that its controller ignores."""
    for ingress in _ingresses(_clusters()[controller]):
        assert set(ingress["metadata"]["annotations"]) <= READ_BY_BOTH | READ_BY_OTHERS.keys()


def test_an_ingress_differs_in_its_class_alone() -> None:
    """Hosts, paths, certificates and annotations are the same under each controller."""
    made = [_ingresses(cluster) for cluster in _clusters().values()]
    classes = [{ingress["spec"].pop("ingressClassName") for ingress in each} for each in made]
    assert classes == [{"nginx"}, {"traefik"}]
    assert made[0] == made[1]


def test_traefik_reads_an_ingress_as_ingress_nginx_does() -> None:
    """One provider reads the class, the one with the annotations and defaults of ingress-nginx."""
    values = _clusters()["traefik"].values("traefik")
    providers = values["providers"]
    assert not providers["kubernetesIngress"]["enabled"] and not providers["kubernetesCRD"]["enabled"]
    nginx = providers["kubernetesIngressNGINX"]
    assert nginx["enabled"] and nginx["publishService"]["enabled"]
    assert nginx["ingressClassByName"] and nginx["ingressClass"] == values["ingressClass"]["name"] == "traefik"


def test_defaults_are_the_same() -> None:
    """Neither controller has another body size, timeout or redirect than the default, which is the same for both."""
    clusters = _clusters()
    own = set(clusters["ingress-nginx"].values("ingress-nginx")["controller"]["config"])
    # `proxy-body-size` 1m, `proxy-read-timeout` 60, `ssl-redirect` true are the defaults of both.
    assert own == {"hsts-include-subdomains", "strict-validate-path-type", "worker-shutdown-timeout"}
    traefik = clusters["traefik"].values("traefik")
    assert set(traefik["providers"]["kubernetesIngressNGINX"]) == {
        "enabled",
        "ingressClass",
        "ingressClassByName",
        "publishService",
    }
    # A redirect of the whole port would catch the path of an HTTP-01 challenge too.
    assert all("http" not in port for port in traefik["ports"].values())
