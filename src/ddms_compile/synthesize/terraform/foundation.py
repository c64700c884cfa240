"""The stack `foundation`: what the cluster stands on, the cluster, and the data tier."""

from ddms_compile.resolve import Environment
from ddms_compile.synthesize.terraform.bindings import Binding
from ddms_compile.synthesize.terraform.concerns.cluster import cluster
from ddms_compile.synthesize.terraform.concerns.keys import encryption_keys
from ddms_compile.synthesize.terraform.concerns.network import network
from ddms_compile.synthesize.terraform.concerns.nodes import nodes
from ddms_compile.synthesize.terraform.concerns.postgres import postgres
from ddms_compile.synthesize.terraform.concerns.redis import redis
from ddms_compile.synthesize.terraform.settings import account_stack
from ddms_compile.synthesize.terraform.stack import Stack

NAME = "foundation"


def foundation(binding: Binding, environment: Environment) -> Stack:
    """The whole stack. Each concern takes what it needs from those before it."""
    stack = account_stack(binding, environment, NAME)
    keys = encryption_keys(stack, environment)
    net = network(stack, environment, keys.logs)
    eks = cluster(stack, environment, net, secrets_key=keys.cluster, logs_key=keys.logs)
    workers = nodes(stack, environment, net, eks)
    postgres(stack, environment, net, nodes=workers.security_group, data_key=keys.data)
    redis(stack, environment, net, nodes=workers.security_group, data_key=keys.data, logs_key=keys.logs)
    return stack
