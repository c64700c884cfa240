"""EKS access entries of the pipeline's roles."""

from ddms_compile.addons.cluster_base import deployers
from ddms_compile.provenance.traced import Keys, Traced, text
from ddms_compile.resolve import Environment
from ddms_compile.resolve.github import role_names, uses_roles
from ddms_compile.resolve.roles import partition_of
from ddms_compile.terraform.arguments import Block, block
from ddms_compile.terraform.components.cluster import ClusterHandles
from ddms_compile.terraform.components.iam import PARTITION
from ddms_compile.terraform.expression import template
from ddms_compile.terraform.stack import Scope, Stack


def pipeline_access(stack: Stack, environment: Environment, eks: ClusterHandles) -> None:
    """Add the entries: the apply role administers the cluster, the deploy role edits the application's namespace."""
    used = uses_roles(environment)
    if not used.value:
        _user(stack, environment, eks)
        return
    scope, roles = stack.component("access"), role_names(environment.names)
    whole_cluster = block(type="cluster")
    namespace = block(type="namespace", namespaces=[environment.names.project])
    _entry(
        scope,
        eks,
        "apply",
        _role(environment, roles.apply),
        used.keys,
        "AmazonEKSClusterAdminPolicy",
        whole_cluster,
    )
    _entry(
        scope,
        eks,
        "deploy",
        _role(environment, roles.deploy),
        used.keys,
        "AmazonEKSEditPolicy",
        namespace,
        groups=[deployers(environment)],
    )


def _user(stack: Stack, environment: Environment, eks: ClusterHandles) -> None:
    """Add the entry of the IAM user that applies and deploys with access keys, as a cluster administrator."""
    read = environment.read
    keyed = read(lambda s: s.ci.auth == "access-keys" and s.state.backend == "s3" and bool(s.deploy.user))
    if keyed.value:
        arn = read(lambda s: s.deploy.user)
        whole_cluster = block(type="cluster")
        _entry(
            stack.component("access"),
            eks,
            "user",
            arn,
            keyed.keys,
            "AmazonEKSClusterAdminPolicy",
            whole_cluster,
        )


def _entry(
    scope: Scope,
    eks: ClusterHandles,
    name: str,
    principal: Traced[str],
    exists: Keys,
    policy: str,
    reach: Block,
    groups: list[Traced[str]] | None = None,
) -> None:
    entry = scope.resource(
        "aws_eks_access_entry",
        f"github_{name}",
        exists=exists,
        cluster_name=eks.cluster.ref("name"),
        principal_arn=principal,
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


def _role(environment: Environment, name: Traced[str]) -> Traced[str]:
    return text("arn:{}:iam::{}:role/{}", partition_of(environment), environment.names.account, name)
