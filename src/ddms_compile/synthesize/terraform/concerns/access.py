"""Who may reach the cluster's API, beside the administrators: the pipeline's roles."""

from ddms_compile.resolve import Environment
from ddms_compile.resolve.github import role_names, uses_roles
from ddms_compile.resolve.roles import partition_of
from ddms_compile.synthesize.helm.addons.cluster_base import DEPLOYERS
from ddms_compile.synthesize.terraform.arguments import Block, block
from ddms_compile.synthesize.terraform.concerns.cluster import ClusterHandles
from ddms_compile.synthesize.terraform.concerns.iam import PARTITION
from ddms_compile.synthesize.terraform.expression import template
from ddms_compile.synthesize.terraform.stack import Scope, Stack
from ddms_compile.traced import Keys, Traced, text


def pipeline_access(stack: Stack, environment: Environment, eks: ClusterHandles) -> None:
    """The apply role administers the cluster, for the add-ons; the deploy role edits the application's namespace."""
    used = uses_roles(environment)
    if not used.value:
        return
    scope, roles = stack.concern("access"), role_names(environment.names)
    whole_cluster = block(type="cluster")
    namespace = block(type="namespace", namespaces=[environment.names.project])
    _entry(scope, environment, eks, "apply", roles.apply, used.keys, "AmazonEKSClusterAdminPolicy", whole_cluster)
    _entry(
        scope, environment, eks, "deploy", roles.deploy, used.keys, "AmazonEKSEditPolicy", namespace, groups=[DEPLOYERS]
    )


def _entry(
    scope: Scope,
    environment: Environment,
    eks: ClusterHandles,
    name: str,
    role: Traced[str],
    exists: Keys,
    policy: str,
    reach: Block,
    groups: list[str] | None = None,
) -> None:
    arn = text("arn:{}:iam::{}:role/{}", partition_of(environment), environment.names.account, role)
    entry = scope.resource(
        "aws_eks_access_entry",
        f"github_{name}",
        exists=exists,
        cluster_name=eks.cluster.ref("name"),
        principal_arn=arn,
        kubernetes_groups=groups,
    )
    scope.resource(
        "aws_eks_access_policy_association",
        f"github_{name}",
        exists=exists,
        cluster_name=eks.cluster.ref("name"),
        principal_arn=entry.ref("principal_arn"),
        policy_arn=template("arn:{}:eks::aws:cluster-access-policy/{}", PARTITION, policy),
        access_scope=reach,
    )
