"""The stack `foundation`: network, cluster, data tier, backups, and audit."""

from ddms_compile.cdktf import Binding
from ddms_compile.resolve import Environment
from ddms_compile.terraform.components.access import pipeline_access
from ddms_compile.terraform.components.addon_roles import addon_roles
from ddms_compile.terraform.components.audit import enable_audit
from ddms_compile.terraform.components.backup import backup
from ddms_compile.terraform.components.cluster import cluster
from ddms_compile.terraform.components.keys import encryption_keys
from ddms_compile.terraform.components.network import network
from ddms_compile.terraform.components.nodes import nodes
from ddms_compile.terraform.components.postgres import postgres
from ddms_compile.terraform.components.redis import redis
from ddms_compile.terraform.components.secret_entries import secret_entries
from ddms_compile.terraform.components.secret_version import declare_secrets_version
from ddms_compile.terraform.settings import account_stack
from ddms_compile.terraform.stack import Stack

NAME = "foundation"


def foundation(binding: Binding, environment: Environment) -> Stack:
    """Return the stack. Each component uses handles of those before it."""
    stack = account_stack(binding, environment, NAME)
    keys = encryption_keys(stack, environment)
    net = network(stack, environment, keys.logs)
    eks = cluster(stack, environment, net, secrets_key=keys.cluster, logs_key=keys.logs)
    workers = nodes(stack, environment, net, eks)
    declare_secrets_version(stack)
    postgres(stack, environment, net, nodes=workers.security_group, data_key=keys.data)
    redis(stack, environment, net, nodes=workers.security_group, data_key=keys.data, logs_key=keys.logs)
    secret_entries(stack, environment, keys.data, eks.oidc)
    backup(stack, environment, eks)
    addon_roles(stack, environment, net, eks)
    pipeline_access(stack, environment, eks)
    enable_audit(stack, environment, keys.logs)
    return stack
