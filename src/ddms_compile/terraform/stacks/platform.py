"""The stack `platform`: the cluster's add-ons, one Helm release each.

It is applied after `foundation`, and asks AWS for the cluster instead of taking it from a resource of the same apply: a
provider cannot be configured from what does not exist yet.
"""

from ddms_compile.addons import Addon, candidates, cluster_base, monitoring_secrets
from ddms_compile.addons import aws_load_balancer_controller as load_balancers
from ddms_compile.cdktf import Binding
from ddms_compile.resolve import Environment
from ddms_compile.resolve.interfaces import SLACK_WEBHOOK_URL
from ddms_compile.terraform.arguments import Block, block
from ddms_compile.terraform.components.secret_version import declare_secrets_version, secrets_version
from ddms_compile.terraform.expression import Expression, expression, template
from ddms_compile.terraform.settings import account_stack, state_of
from ddms_compile.terraform.stack import Handle, Scope, Stack
from ddms_compile.tree import TracedTable, TracedTree

NAME = "platform"
TIMEOUT_SECONDS = 900
"""A first install waits for nodes, images and volumes."""


def platform(binding: Binding, environment: Environment) -> Stack:
    """All add-ons, each after the one before it: the reverse is the order in which they can be removed."""
    stack = account_stack(binding, environment, NAME)
    cluster = stack.component("cluster").data("aws_eks_cluster", "main", name=environment.names.cluster)
    stack.provider("helm", kubernetes=_credentials(environment, cluster))
    foundation = state_of(stack.component("foundation"), environment, "foundation")
    declare_secrets_version(stack)
    before: list[Handle] = []
    for addon in candidates(environment):
        if addon.wanted:
            scope = stack.component(addon.name.replace("-", "_"))
            before = [_release(scope, environment, addon, foundation, before)]
        else:
            # The next one waits for the one before because this one is not there.
            before = [handle.because(addon.exists) for handle in before]
    return stack


def _credentials(environment: Environment, cluster: Handle) -> Block:
    """A token by `aws eks get-token`: one that Terraform asked for itself would end after 15 minutes."""
    region = environment.read(lambda s: s.aws.region)
    return block(
        host=cluster.ref("endpoint"),
        cluster_ca_certificate=expression("base64decode({})", cluster.ref("certificate_authority[0].data")),
        exec=block(
            api_version="client.authentication.k8s.io/v1beta1",
            command="aws",
            args=["eks", "get-token", "--cluster-name", environment.names.cluster, "--region", region],
        ),
    )


def _release(scope: Scope, environment: Environment, addon: Addon, foundation: Handle, before: list[Handle]) -> Handle:
    """One release. It is atomic: one that fails leaves what was there before."""
    values: list[TracedTree] = [addon.yaml()]
    if addon.name == load_balancers.NAME:
        values.append(expression("jsonencode({{vpcId = {}}})", foundation.ref("outputs.vpc_id")))
    return scope.resource(
        "helm_release",
        addon.name.replace("-", "_"),
        _webhook(scope) if addon.name == monitoring_secrets.NAME else {},
        exists=addon.exists,
        name=addon.name,
        repository=addon.repository,
        chart=addon.chart if addon.repository else _local_chart(environment.charts.folder(addon.chart)),
        version=addon.version,
        namespace=addon.namespace,
        create_namespace=addon.namespace != "kube-system",
        values=values,
        atomic=True,
        wait=True,
        timeout=TIMEOUT_SECONDS,
        max_history=10,
        depends_on=before,
        # The namespace of the ingress controller may be there already, made for the controller's own release.
        take_ownership=True if addon.name == cluster_base.NAME else None,
    )


def _local_chart(folder: str) -> Expression:
    """A chart in the repository, from where Terraform runs and from where `cdktf` does."""
    found = (
        '${{path.module}}/${{fileexists("${{path.module}}/../../../FOLDER/Chart.yaml")'
        ' ? "../../.." : "../../../../.."}}/FOLDER'
    )
    return template(found.replace("FOLDER", folder))


def _webhook(scope: Scope) -> TracedTable:
    """The Slack webhook by a write-only argument: neither the state nor the release's values hold it."""
    webhook = scope.variable(
        SLACK_WEBHOOK_URL,
        description="Incoming webhook of Slack for alerts; empty: no alerts are sent",
        default="",
        ephemeral=True,
    )
    return {
        "set_wo": [block(name=monitoring_secrets.WEBHOOK_VALUE, value=webhook.ref(), type="string")],
        "set_wo_revision": secrets_version(),
    }
