"""Promises about the stack of add-ons."""

import datetime
import itertools
import json
from pathlib import Path

import pytest

from ddms_compile.addons import addons, candidates
from ddms_compile.cdktf.session import Session
from ddms_compile.emitter import Inputs
from ddms_compile.kubernetes.values.emit import emit_addons
from terraform.documents import Document, Make, Stack
from terraform.shapes import SHAPES, environment, of

CLOUD = sorted(SHAPES)


def releases(document: Document) -> Document:
    found: Document = document["resource"]["helm_release"]
    return found


@pytest.mark.parametrize("shape", CLOUD)
def test_each_add_on_waits_for_the_one_before_it(stack: Stack, shape: str) -> None:
    """The releases form one chain in the order of the table, so that they are removed in the reverse one."""
    made = releases(stack(shape, "platform"))
    names = [addon.name.replace("-", "_") for addon in addons(environment(shape))]
    assert sorted(made) == sorted(names)
    assert "depends_on" not in made[names[0]]
    for before, name in itertools.pairwise(names):
        assert made[name]["depends_on"] == [f"helm_release.{before}"]


def test_what_acts_outside_the_cluster_is_removed_after_what_causes_it() -> None:
    """Load balancer controller and ExternalDNS come before everything that makes a load balancer or a record."""
    names = [addon.name for addon in candidates(environment("prod"))]
    outside = max(names.index("aws-load-balancer-controller"), names.index("external-dns"))
    assert outside < min(names.index(n) for n in ("ingress-nginx", "traefik", "kube-prometheus-stack"))


def test_kinds_are_defined_before_they_are_used() -> None:
    """ServiceMonitors come after kube-prometheus-stack, issuers after cert-manager, stores after their operator."""
    made = candidates(environment("prod"))
    names = [addon.name for addon in made]
    for addon in made[: names.index("kube-prometheus-stack")]:
        monitor = addon.values.get("serviceMonitor", {"enabled": False})
        assert isinstance(monitor, dict) and monitor["enabled"] is False, addon.name
    assert names.index("cert-manager") < names.index("cluster-issuers")
    assert names.index("external-secrets") < names.index("secret-store")


@pytest.mark.parametrize("shape", CLOUD)
def test_the_values_of_a_release_are_the_text_of_its_file(stack: Stack, tmp_path: Path, shape: str) -> None:
    """What a person reads in helm/addons/<name>.yaml is what Helm gets, byte for byte but for the comment."""
    env = environment(shape)
    inputs = Inputs(
        environments={env.name: env},
        wanted=(env.name,),
        root=tmp_path,
        today=datetime.date(2026, 11, 23),
        cdktf=Session(cache_dir=tmp_path),
    )
    files = {artifact.path.rpartition("/")[2].removesuffix(".yaml"): artifact for artifact in emit_addons(inputs)}
    made = releases(stack(shape, "platform"))
    assert sorted(files) == sorted(name.replace("_", "-") for name in made)
    for name, artifact in files.items():
        comment, _, text = artifact.text.partition("\n")
        assert comment.startswith("# ")
        given = made[name.replace("-", "_")]["values"][0]
        assert given.replace("$${", "${").replace("%%{", "%{") == text


def test_the_helm_provider_is_configured_from_a_cluster_that_is_read_not_made(stack: Stack) -> None:
    """The cluster comes from a data source, and the token from a program: nothing of this apply."""
    document = stack("prod", "platform")
    (provider,) = document["provider"]["helm"]
    kubernetes = provider["kubernetes"]
    assert isinstance(kubernetes, dict)
    assert kubernetes["host"] == "${data.aws_eks_cluster.main.endpoint}"
    assert kubernetes["exec"]["args"][:2] == ["eks", "get-token"]
    assert set(document["resource"]) == {"helm_release"}


def test_the_balancer_controller_learns_the_vpc_from_the_other_stack(stack: Stack) -> None:
    """Without region and VPC the controller would ask the metadata service, which pods cannot reach."""
    text, extra = releases(stack("prod", "platform"))["aws_load_balancer_controller"]["values"]
    assert "region: eu-west-1" in text
    assert extra == "${jsonencode({vpcId = data.terraform_remote_state.foundation.outputs.vpc_id})}"


def test_the_other_stacks_state_is_found_where_its_backend_puts_it(stack: Stack) -> None:
    """The remote state has the same bucket, key and region as the backend of `foundation`, or its file."""
    backend = stack("prod", "foundation")["terraform"]["backend"]["s3"]
    config = stack("prod", "platform")["data"]["terraform_remote_state"]["foundation"]["config"]
    assert config == {key: backend[key] for key in ("bucket", "key", "region")}
    local = stack("state_local", "platform")["data"]["terraform_remote_state"]["foundation"]
    assert local["backend"] == "local"
    assert '"foundation" : "staging-foundation"' in local["config"]["path"]


def test_the_webhook_reaches_neither_values_nor_state(stack: Stack) -> None:
    """Slack's webhook is an ephemeral variable that only a write-only argument takes."""
    document = stack("prod", "platform")
    assert document["variable"]["slack_webhook_url"]["ephemeral"] is True
    assert document["variable"]["slack_webhook_url"]["sensitive"] is True
    users = [name for name, made in releases(document).items() if "slack_webhook_url" in json.dumps(made)]
    assert users == ["monitoring_secrets"]
    made = releases(document)["monitoring_secrets"]
    assert made["set_wo"] == [{"name": "slack.webhookUrl", "type": "string", "value": "${var.slack_webhook_url}"}]
    # With a revision above zero the provider keeps the release's values out of the state.
    assert made["set_wo_revision"] == "${var.secrets_version}"
    assert document["variable"]["secrets_version"]["default"] >= 1
    assert "set" not in made and "set_sensitive" not in made


def test_data_that_look_like_code_arrive_as_data(make: Make) -> None:
    """A string with Terraform's own marks is escaped inside the YAML of a release."""
    document = make(of("prod", backup__velero__schedule="${var.x} %{if} * * *"), "platform")
    (text,) = releases(document)["velero"]["values"]
    assert '"$${var.x} %%{if} * * *"' in text


def test_marks_of_other_languages_reach_helm_as_they_are(stack: Stack) -> None:
    """ExternalDNS's own placeholder looks like a template of Terraform's, and is not evaluated."""
    (text,) = releases(stack("prod", "platform"))["external_dns"]["values"]
    assert 'txtPrefix: "externaldns-%%{record_type}."' in text


@pytest.mark.parametrize(("controller", "there"), [("ingress-nginx", "ingress_nginx"), ("traefik", "traefik")])
def test_the_controller_is_a_choice_of_data(make: Make, controller: str, there: str) -> None:
    """One ingress controller, the one that `edge.controller` names, and all others follow its class."""
    made = releases(make(of("prod", edge__controller=controller), "platform"))
    assert {"ingress_nginx", "traefik"} & set(made) == {there}
    ingress_class = {"ingress-nginx": "nginx"}.get(controller, controller)
    assert f"ingressClassName: {ingress_class}" in made["cluster_issuers"]["values"][0]
    assert f"ingressClassName: {ingress_class}" in made["kube_prometheus_stack"]["values"][0]
