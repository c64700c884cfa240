"""The stack `platform`: the cluster's add-ons, one Helm release each.

It is applied after `foundation` and reads the cluster by a data source, because a provider cannot be configured from a
resource of the same apply.
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
"""Timeout in seconds: a first installation waits for nodes, images and volumes."""


def platform(binding: Binding, environment: Environment) -> Stack:
    """Return the stack with all add-ons in order; destroy removes them in reverse."""
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
            # The next add-on depends on the one before this absent one.
            before = [handle.because(addon.exists) for handle in before]
    return stack


def _credentials(environment: Environment, cluster: Handle) -> Block:
    """Return credentials by `aws eks get-token`, since a token from a data source expires after 15 minutes."""
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
    """Add one release. It is atomic: a failed upgrade is rolled back."""
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
        # The namespace of the ingress controller may exist already, from the controller's own release.
        take_ownership=True if addon.name == cluster_base.NAME else None,
    )


def _local_chart(folder: str) -> Expression:
    """Return the path of a chart in the repository, for Terraform and for `cdktf`, whose working folders differ."""
    found = (
        '${{path.module}}/${{fileexists("${{path.module}}/../../../FOLDER/Chart.yaml")'
        ' ? "../../.." : "../../../../.."}}/FOLDER'
    )
    return template(found.replace("FOLDER", folder))


def _webhook(scope: Scope) -> TracedTable:
    """Return the Slack webhook as a write-only argument, which is neither in the state nor in the release's values."""
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
