"""Promises about the values of the add-ons, each in one field."""

from collections.abc import Iterator
from typing import Any

import pytest

from ddms_compile.addons import addons
from ddms_compile.gates.document import untraced
from ddms_compile.resolve import Environment
from terraform.documents import Document, Stack
from terraform.shapes import environment, of


def values(env: Environment, name: str) -> Document:
    return next(untraced(addon.values) for addon in addons(env) if addon.name == name)


@pytest.fixture(scope="module")
def prod() -> Environment:
    return environment("prod")


@pytest.mark.parametrize("controller", ["ingress-nginx", "traefik"])
def test_the_load_balancer_spreads_over_zones_and_checks_health(controller: str) -> None:
    """The NLB is made for pods' addresses, public or not as data say, cross-zone, with a health check over HTTP."""
    tree = values(of("prod", edge__controller=controller, edge__scheme="internal"), controller)
    service = tree["controller"]["service"] if controller == "ingress-nginx" else tree["service"]
    spec = service if controller == "ingress-nginx" else service["spec"]
    prefix = "service.beta.kubernetes.io/aws-load-balancer-"
    annotations = {k.removeprefix(prefix): v for k, v in service["annotations"].items()}
    assert annotations["scheme"] == "internal"
    assert annotations["nlb-target-type"] == "ip"
    assert annotations["attributes"] == "load_balancing.cross_zone.enabled=true"
    assert annotations["healthcheck-protocol"] == "http"
    assert spec["loadBalancerClass"] == "service.k8s.aws/nlb"
    assert spec["loadBalancerSourceRanges"] == ["0.0.0.0/0"]


@pytest.mark.parametrize("controller", ["ingress-nginx", "traefik"])
def test_the_ingress_controller_is_measured(controller: str) -> None:
    """The alerts on 5xx need the controller's metrics and a ServiceMonitor."""
    tree = values(of("prod", edge__controller=controller), controller)
    metrics = tree["controller"]["metrics"] if controller == "ingress-nginx" else tree["metrics"]["prometheus"]
    assert metrics["serviceMonitor"]["enabled"] is True


def test_external_dns_keeps_to_its_zone_and_its_own_records(prod: Environment) -> None:
    """Zone, policy, owner and annotation prefix are explicit: a default that changes could delete records."""
    tree = values(prod, "external-dns")
    assert tree["domainFilters"] == ["ddms.example.com"]
    assert tree["policy"] == "sync"
    assert tree["txtOwnerId"] == "ddms-prod"
    assert tree["annotationPrefix"] == "external-dns.kubernetes.io/"


def test_cert_manager_brings_its_kinds_and_leaves_them(prod: Environment) -> None:
    """The CRDs come with the release; that they stay when it goes is the default of the chart (`crds.keep`)."""
    assert values(prod, "cert-manager")["crds"] == {"enabled": True}


def test_issuers_have_the_contact_of_the_data(prod: Environment) -> None:
    """Let's Encrypt gets the e-mail address, at both of its servers."""
    tree = values(prod, "cluster-issuers")
    assert tree["email"] == "platform@example.com"
    assert sorted(tree["issuers"]) == ["letsencrypt-production", "letsencrypt-staging"]


def test_staging_certificates_come_from_the_staging_issuer() -> None:
    """Grafana's certificate is signed by the issuer that the environment names."""
    ingress = values(environment("staging"), "kube-prometheus-stack")["grafana"]["ingress"]
    assert ingress["annotations"] == {"cert-manager.io/cluster-issuer": "letsencrypt-staging"}


def test_grafana_is_behind_tls_at_its_host(prod: Environment) -> None:
    """Grafana is at grafana.app.<root domain>, with a certificate, or at the host that data name."""
    ingress = values(prod, "kube-prometheus-stack")["grafana"]["ingress"]
    assert ingress["hosts"] == ["grafana.app.ddms.example.com"]
    assert ingress["tls"] == [{"hosts": ["grafana.app.ddms.example.com"], "secretName": "grafana-tls"}]
    other = values(of("prod", dns__hosts__grafana="g.ddms.example.com"), "kube-prometheus-stack")
    assert other["grafana"]["ingress"]["hosts"] == ["g.ddms.example.com"]


def test_no_password_of_grafana_is_in_the_values(prod: Environment) -> None:
    """The administrator's password is in a secret of the cluster, which the values only name."""
    grafana = values(prod, "kube-prometheus-stack")["grafana"]
    assert grafana["admin"]["existingSecret"] == values(prod, "monitoring-secrets")["grafana"]["secretName"]
    assert "adminPassword" not in grafana


def test_alertmanager_reads_its_configuration_from_the_secret_that_is_made(prod: Environment) -> None:
    """The names in Prometheus's release are those of the release before it."""
    made, used = values(prod, "monitoring-secrets"), values(prod, "kube-prometheus-stack")["alertmanager"]
    assert used["alertmanagerSpec"]["configSecret"] == made["alertmanager"]["secretName"]
    assert used["alertmanagerSpec"]["secrets"] == [made["slack"]["secretName"]]
    assert used["alertmanagerSpec"]["useExistingSecret"] is True


def test_metrics_are_kept_on_volumes_as_long_as_data_say(prod: Environment) -> None:
    """Retention and sizes are data, and every part with a memory has a volume."""
    env = of("prod", observability__prometheus__retention="30d", observability__prometheus__storage="100Gi")
    tree = values(env, "kube-prometheus-stack")
    spec = tree["prometheus"]["prometheusSpec"]
    assert spec["retention"] == "30d"
    claim = spec["storageSpec"]["volumeClaimTemplate"]["spec"]
    assert claim["resources"]["requests"]["storage"] == "100Gi"
    assert tree["grafana"]["persistence"]["enabled"] is True
    assert tree["alertmanager"]["alertmanagerSpec"]["storage"]["volumeClaimTemplate"]


def test_prometheus_heeds_rules_and_monitors_of_every_release(prod: Environment) -> None:
    """With the chart's defaults, rules of other releases are ignored in silence."""
    spec = values(prod, "kube-prometheus-stack")["prometheus"]["prometheusSpec"]
    kinds = ("podMonitor", "probe", "rule", "scrapeConfig", "serviceMonitor")
    assert all(spec[f"{kind}SelectorNilUsesHelmValues"] is False for kind in kinds)


@pytest.mark.parametrize(("version", "minor"), [("1.34", "v1.34."), ("1.35", "v1.35."), ("1.36", "v1.36.")])
def test_the_autoscaler_is_of_the_clusters_own_version(version: str, minor: str) -> None:
    """Its image has the cluster's minor version."""
    tree = values(of("prod", cluster__version=version), "cluster-autoscaler")
    assert tree["image"]["tag"].startswith(minor)
    assert tree["autoDiscovery"]["clusterName"] == "ddms-prod"


def test_velero_backs_up_into_its_bucket_on_schedule() -> None:
    """Bucket, region, cron and time to live are the environment's; no credentials are stored."""
    env = of("prod", backup__velero__schedule="30 1 * * *", backup__velero__ttl="240h")
    tree = values(env, "velero")
    (location,) = tree["configuration"]["backupStorageLocation"]
    assert location["bucket"] == "ddms-prod-velero-backups"
    assert location["config"] == {"region": "eu-west-1"}
    schedule = tree["schedules"]["scheduled"]
    assert schedule["schedule"] == "30 1 * * *"
    assert schedule["template"]["ttl"] == "240h0m0s"
    assert tree["credentials"] == {"useSecret": False}


@pytest.mark.parametrize(
    ("name", "path", "role"),
    [
        ("aws-load-balancer-controller", ("serviceAccount",), "aws-load-balancer-controller"),
        ("external-dns", ("serviceAccount",), "external-dns"),
        ("cluster-autoscaler", ("rbac", "serviceAccount"), "cluster-autoscaler"),
        ("velero", ("serviceAccount", "server"), "velero"),
    ],
)
def test_service_accounts_take_on_the_roles_that_the_foundation_makes(
    stack: Stack, prod: Environment, name: str, path: tuple[str, ...], role: str
) -> None:
    """The ARN in the values, the role's name and the subject that it trusts are of one mind."""
    addon = next(addon for addon in addons(prod) if addon.name == name)
    account: Any = untraced(addon.values)
    for step in path:
        account = account[step]
    element = role.replace("-", "_")
    foundation = stack("prod", "foundation")
    role_name = foundation["resource"]["aws_iam_role"][element]["name"]
    arn = account["annotations"]["eks.amazonaws.com/role-arn"]
    assert arn == f"arn:aws:iam::444455556666:role/{role_name}"
    (trust,) = foundation["data"]["aws_iam_policy_document"][f"{element}_trust"]["statement"]
    subject = next(c["values"] for c in trust["condition"] if c["variable"].endswith(":sub"))
    assert subject == [f"system:serviceaccount:{addon.namespace}:{account['name']}"]


def test_every_pod_of_ours_asks_for_room(prod: Environment) -> None:
    """Each part of each add-on requests memory and bounds it."""
    for addon in addons(prod):
        if addon.repository is not None:
            found = list(rooms(untraced(addon.values)))
            assert found, addon.name
            assert all(room["limits"]["memory"] == room["requests"]["memory"] for room in found), addon.name


def rooms(tree: Document) -> Iterator[Document]:
    for key, value in tree.items():
        if key == "resources" and "limits" in value:
            yield value
        elif isinstance(value, dict):
            yield from rooms(value)


def test_one_pod_has_no_disruption_budget() -> None:
    """A budget over a single pod would block every drain of its node."""
    tree = values(environment("staging"), "cert-manager")
    assert (tree["replicaCount"], tree["podDisruptionBudget"]) == (1, {"enabled": False})
    tree = values(environment("prod"), "cert-manager")
    assert (tree["replicaCount"], tree["podDisruptionBudget"]) == (2, {"enabled": True})
