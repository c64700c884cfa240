"""The small charts of the platform, rendered by Helm with the values of the shipped environments."""

import base64
import shutil
import subprocess
from pathlib import Path

import pytest

from ddms_compile.addons import addons
from ddms_compile.gates.document import untraced
from ddms_compile.kubernetes.helm.engine import lint, render
from ddms_compile.kubernetes.helm.process import HelmError
from terraform.documents import Document
from terraform.shapes import ROOT, environment

CHARTS = ("cluster-base", "cluster-issuers", "monitoring-secrets", "secret-store")


def values(name: str, shape: str = "prod") -> Document:
    return next(untraced(addon.values) for addon in addons(environment(shape)) if addon.name == name)


def objects(name: str, tree: Document) -> dict[tuple[str, str], Document]:
    found = [item.manifest for item in render(ROOT / "helm" / name, tree, name=name, namespace="monitoring")]
    return {(item["kind"], item["metadata"]["name"]): item for item in found}


def alertmanager(tree: Document) -> tuple[str, dict[tuple[str, str], Document]]:
    made = objects("monitoring-secrets", tree)
    return base64.b64decode(made["Secret", "alertmanager-config"]["data"]["alertmanager.yaml"]).decode(), made


@pytest.mark.parametrize("shape", ["prod", "staging", "traefik"])
@pytest.mark.parametrize("name", CHARTS)
def test_helm_accepts_the_chart_with_an_environments_values(name: str, shape: str) -> None:
    """Helm's linter has nothing to say against any of them but that they have no icon."""
    found = lint(ROOT / "helm" / name, values(name, shape))
    assert [message for message in found if message.severity in ("warning", "error")] == []
    assert objects(name, values(name, shape))


@pytest.mark.parametrize("name", CHARTS)
def test_an_unknown_key_is_refused(name: str) -> None:
    """A value that is misspelt is an error, not a silence."""
    with pytest.raises(HelmError, match="mispelt"):
        objects(name, {**values(name), "mispelt": 1})


def test_volumes_are_encrypted_by_default() -> None:
    """The default class is gp3 and encrypts; a volume is made in the zone of its pod."""
    made = objects("cluster-base", values("cluster-base"))["StorageClass", "gp3"]
    assert made["metadata"]["annotations"]["storageclass.kubernetes.io/is-default-class"] == "true"
    assert made["parameters"] == {"type": "gp3", "encrypted": "true"}
    assert made["volumeBindingMode"] == "WaitForFirstConsumer"


def test_the_applications_namespace_is_restricted() -> None:
    """Pod Security `restricted` is enforced where the application runs."""
    made = objects("cluster-base", values("cluster-base"))["Namespace", "ddms"]
    assert made["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"


def test_the_deploy_role_gets_the_kinds_that_eks_leaves_out() -> None:
    """The group of the access entry is the subject of the binding."""
    made = objects("cluster-base", values("cluster-base"))
    assert made["RoleBinding", "deployers"]["subjects"][0]["name"] == "ddms:deployers"
    groups = {group for rule in made["Role", "deployers"]["rules"] for group in rule["apiGroups"]}
    assert "monitoring.coreos.com" in groups


def test_issuers_prove_hosts_through_the_ingress_class() -> None:
    """Both issuers use the class of the environment's controller."""
    for shape, ingress_class in (("prod", "nginx"), ("traefik", "traefik")):
        made = objects("cluster-issuers", values("cluster-issuers", shape))
        assert sorted(made) == [
            ("ClusterIssuer", "letsencrypt-production"),
            ("ClusterIssuer", "letsencrypt-staging"),
        ]
        for issuer in made.values():
            (solver,) = issuer["spec"]["acme"]["solvers"]
            assert solver["http01"]["ingress"]["ingressClassName"] == ingress_class


def test_issuers_prove_hosts_in_route_53() -> None:
    """With DNS-01 both issuers write into Route 53 by the role of cert-manager, and need no Ingress."""
    for issuer in objects("cluster-issuers", values("cluster-issuers", "dns_01")).values():
        assert issuer["spec"]["acme"]["solvers"] == [{"dns01": {"route53": {"region": "eu-west-1"}}}]
    account = values("cert-manager", "dns_01")["serviceAccount"]
    role = "arn:aws:iam::444455556666:role/ddms-prod-cert-manager"
    assert account["annotations"] == {"eks.amazonaws.com/role-arn": role}
    assert "serviceAccount" not in values("cert-manager")


def test_an_issuer_needs_a_contact() -> None:
    """Without an address the chart fails and names the key."""
    with pytest.raises(HelmError, match="email"):
        objects("cluster-issuers", {**values("cluster-issuers"), "email": ""})


def with_webhook(url: str | None) -> Document:
    tree = values("monitoring-secrets")
    return {**tree, "slack": {**tree["slack"], "webhookUrl": url}}


def test_alerts_go_to_slack_with_a_webhook() -> None:
    """The receiver reads the webhook from a file, so that the configuration holds no secret."""
    config, made = alertmanager(with_webhook("https://hooks.slack.example/T/B/x"))
    assert "receiver: slack" in config and "channel: '#ddms-alerts'" in config
    assert "api_url_file: /etc/alertmanager/secrets/alertmanager-slack/webhook-url" in config
    assert "hooks.slack.example" not in config
    assert made["Secret", "alertmanager-slack"]["stringData"] == {"webhook-url": "https://hooks.slack.example/T/B/x"}


@pytest.mark.parametrize("url", ["", None])
def test_alerts_go_nowhere_without_a_webhook(url: str | None) -> None:
    """The receiver is `devnull`; the secret is there all the same, because a pod mounts it."""
    config, made = alertmanager(with_webhook(url))
    assert "receiver: devnull" in config and "slack_configs" not in config
    assert made["Secret", "alertmanager-slack"]["stringData"] == {"webhook-url": ""}


@pytest.mark.parametrize("url", ["", "https://hooks.slack.example/T/B/x"])
def test_alertmanager_accepts_its_configuration(tmp_path: Path, url: str | None) -> None:
    """Alertmanager's own checker reads both forms."""
    amtool = shutil.which("amtool")
    if amtool is None:
        pytest.skip("UNCHECKED: Alertmanager's configuration (amtool is in Debian's prometheus-alertmanager)")
    path = tmp_path / "alertmanager.yaml"
    path.write_text(alertmanager(with_webhook(url))[0])
    done = subprocess.run([amtool, "check-config", str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_grafanas_password_is_long_and_nobodys_choice() -> None:
    """It is made at random in the cluster; two installations have different ones."""
    made = [objects("monitoring-secrets", values("monitoring-secrets")) for _ in range(2)]
    first, second = (base64.b64decode(m["Secret", "grafana-admin"]["data"]["admin-password"]) for m in made)
    assert len(first) == 32 and first != second
