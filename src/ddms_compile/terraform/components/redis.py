"""ElastiCache for Redis or Valkey: encrypted at rest and in transit, reachable from worker nodes only."""

from ddms_compile.provenance.traced import Traced, text
from ddms_compile.resolve import Environment
from ddms_compile.resolve.interfaces import REDIS_AUTH_TOKEN, REDIS_HOST, REDIS_PORT
from ddms_compile.terraform.arguments import block
from ddms_compile.terraform.components.admission import admits_nodes
from ddms_compile.terraform.components.network import NetworkHandles
from ddms_compile.terraform.expression import Expression
from ddms_compile.terraform.stack import Handle, Scope, Stack


def redis(
    stack: Stack,
    environment: Environment,
    net: NetworkHandles,
    *,
    nodes: Handle,
    data_key: Expression,
    logs_key: Expression,
) -> Handle:
    """Add the cache and return its replication group."""
    scope, names, read = stack.component("redis"), environment.names, environment.read
    subnets = scope.resource(
        "aws_elasticache_subnet_group",
        "redis",
        name=names.of("redis"),
        description="Data subnets",
        subnet_ids=net.data_subnets,
    )
    replicated = read(lambda s: s.redis.replicas > 0)
    auth = read(lambda s: s.redis.auth)
    snapshots = read(lambda s: s.redis.snapshots.retention_days)
    admitted = admits_nodes(scope, environment, net, nodes, name="redis", what="Redis", port=REDIS_PORT)
    group = scope.resource(
        "aws_elasticache_replication_group",
        "redis",
        replication_group_id=names.of("redis"),
        description="Cache of the application",
        engine=read(lambda s: s.redis.engine),
        engine_version=read(lambda s: s.redis.version),
        node_type=read(lambda s: s.redis.node_type),
        num_cache_clusters=read(lambda s: s.redis.replicas + 1),
        automatic_failover_enabled=replicated,
        multi_az_enabled=replicated,
        port=REDIS_PORT,
        subnet_group_name=subnets.ref("name"),
        security_group_ids=[admitted.ref("id")],
        parameter_group_name=_parameter_group(scope, environment).ref("name"),
        # A string in the provider's schema, for historical reasons.
        at_rest_encryption_enabled="true",
        kms_key_id=data_key,
        transit_encryption_enabled=True,
        transit_encryption_mode="required",
        auth_token=_auth_token(scope, environment),
        # ROTATE adds the token and keeps the one before. SET is allowed only after ROTATE, DELETE only on the way to
        # RBAC (ElastiCache API reference, ModifyReplicationGroup): the runbook does SET once the pods have the token.
        auth_token_update_strategy=Traced("ROTATE", auth.keys) if auth.value == "token" else None,
        auto_minor_version_upgrade="true",
        snapshot_retention_limit=snapshots,
        snapshot_window=read(lambda s: s.redis.snapshots.window).because(snapshots.keys) if snapshots.value else None,
        final_snapshot_identifier=net.once(names.of("redis-final")),
        maintenance_window=read(lambda s: s.redis.maintenance_window),
        apply_immediately=read(lambda s: s.redis.apply_immediately),
        log_delivery_configuration=[
            block(
                destination=_slow_log(scope, environment, logs_key).ref("name"),
                destination_type="cloudwatch-logs",
                log_format="json",
                log_type="slow-log",
            )
        ],
        tags={"Name": names.of("redis")},
    )
    scope.output(REDIS_HOST, group.ref("primary_endpoint_address"), "Host of the cache's primary")
    return group


def _parameter_group(scope: Scope, environment: Environment) -> Handle:
    read = environment.read
    parameters = read.table(lambda s: s.redis.parameters)
    family = read(lambda s: parameter_family(s.redis.engine, s.redis.version))
    return scope.resource(
        "aws_elasticache_parameter_group",
        "redis",
        # The name contains the family, which cannot change: create the new group before the old one is destroyed.
        name=text("{}-{}", environment.names.prefix, family.map(lambda name: name.replace(".", "-"))),
        family=family,
        description="Cache of the application",
        parameter=[Traced(block(name=name, value=value), value.keys) for name, value in parameters.items()] or None,
        lifecycle=block(create_before_destroy=True),
    )


def parameter_family(engine: str, version: str) -> str:
    """Return `redis6.x`, `redis7` or `valkey8` ("Engine specific parameters" in the ElastiCache user guide)."""
    major = version.partition(".")[0]
    return f"{engine}{major}.x" if (engine, major) == ("redis", "6") else f"{engine}{major}"


def _slow_log(scope: Scope, environment: Environment, logs_key: Expression) -> Handle:
    return scope.resource(
        "aws_cloudwatch_log_group",
        "redis_slow",
        name=environment.names.log_group("redis-slow"),
        retention_in_days=environment.read(lambda s: s.cluster.log_retention_days),
        kms_key_id=logs_key,
    )


def _auth_token(scope: Scope, environment: Environment) -> Expression | None:
    """Return the auth token, a sensitive variable: the provider has no write-only argument for it."""
    auth = environment.read(lambda s: s.redis.auth)
    if auth.value != "token":
        return None
    variable = scope.variable(
        REDIS_AUTH_TOKEN, description="Auth token of the cache, 16 to 128 characters", exists=auth.keys
    )
    return variable.ref().because(auth.keys)
