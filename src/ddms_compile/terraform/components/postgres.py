"""RDS for PostgreSQL: encrypted, with TLS only, reachable from worker nodes only."""

from ddms_compile.catalog.engines import postgres_majors
from ddms_compile.catalog.parameters import SWITCHES, Parameter, postgres_parameters
from ddms_compile.provenance.traced import NO_KEYS, Traced
from ddms_compile.resolve import Environment
from ddms_compile.resolve.interfaces import DATABASE_PASSWORD, POSTGRES_HOST, POSTGRES_PORT
from ddms_compile.spec.units import gibibytes
from ddms_compile.terraform.arguments import block
from ddms_compile.terraform.components.admission import admits_nodes
from ddms_compile.terraform.components.iam import service_role
from ddms_compile.terraform.components.network import NetworkHandles
from ddms_compile.terraform.components.secret_version import secrets_version
from ddms_compile.terraform.expression import Expression
from ddms_compile.terraform.stack import Handle, Scope, Stack
from ddms_compile.tree import TracedTable


def postgres(
    stack: Stack, environment: Environment, net: NetworkHandles, *, nodes: Handle, data_key: Expression
) -> Handle:
    """Add the database and return its instance."""
    scope, names, read = stack.component("postgres"), environment.names, environment.read
    subnets = scope.resource(
        "aws_db_subnet_group",
        "postgres",
        name=names.of("postgres"),
        description="Data subnets",
        subnet_ids=net.data_subnets,
    )
    multi_az = read(lambda s: s.postgres.multi_az)
    insights = read(lambda s: s.postgres.performance_insights)
    monitoring = read(lambda s: s.postgres.monitoring_seconds)
    final_snapshot = read(lambda s: s.postgres.final_snapshot)
    major = read(lambda s: s.postgres.allow_major_upgrade)
    admitted = admits_nodes(scope, environment, net, nodes, name="postgres", what="PostgreSQL", port=POSTGRES_PORT)
    instance = scope.resource(
        "aws_db_instance",
        "postgres",
        _password(scope, environment, data_key),
        identifier=names.of("postgres"),
        engine="postgres",
        engine_version=read(lambda s: s.postgres.version),
        allow_major_version_upgrade=major if major.value else None,
        # Extended support costs per hour: after its end a version is upgraded instead.
        engine_lifecycle_support="open-source-rds-extended-support-disabled",
        instance_class=read(lambda s: s.postgres.instance_class),
        allocated_storage=read(lambda s: gibibytes(s.postgres.storage.initial)),
        max_allocated_storage=read(lambda s: gibibytes(s.postgres.storage.max)),
        storage_type="gp3",
        storage_encrypted=True,
        kms_key_id=data_key,
        multi_az=multi_az,
        db_name=environment.names.database,
        username=environment.names.database_user,
        # People use IAM tokens, valid for 15 minutes, instead of the master password.
        iam_database_authentication_enabled=True,
        port=POSTGRES_PORT,
        db_subnet_group_name=subnets.ref("name"),
        vpc_security_group_ids=[admitted.ref("id")],
        publicly_accessible=False,
        parameter_group_name=_parameter_group(scope, environment).ref("name"),
        ca_cert_identifier="rds-ca-rsa2048-g1",
        auto_minor_version_upgrade=True,
        backup_retention_period=read(lambda s: s.backup.rds_retention_days),
        backup_window=read(lambda s: s.postgres.backup_window),
        maintenance_window=read(lambda s: s.postgres.maintenance_window),
        copy_tags_to_snapshot=True,
        delete_automated_backups=False,
        deletion_protection=read(lambda s: s.postgres.deletion_protection),
        skip_final_snapshot=final_snapshot.map(lambda wanted: not wanted),
        final_snapshot_identifier=(
            net.once(names.of("postgres-final")).because(final_snapshot.keys) if final_snapshot.value else None
        ),
        apply_immediately=read(lambda s: s.postgres.apply_immediately),
        performance_insights_enabled=insights,
        performance_insights_kms_key_id=data_key.because(insights.keys) if insights.value else None,
        performance_insights_retention_period=insights.map(lambda _: 7) if insights.value else None,
        monitoring_interval=monitoring,
        monitoring_role_arn=_monitoring_role(scope, environment),
        enabled_cloudwatch_logs_exports=["postgresql", "upgrade"],
        tags={"Name": names.of("postgres"), "backup": names.prefix},
    )
    _rotation(scope, environment, instance)
    scope.output(POSTGRES_HOST, instance.ref("address"), "Host of the database")
    return instance


def _rotation(scope: Scope, environment: Environment, instance: Handle) -> None:
    """Set the rotation interval of the managed password, which is a week by default.

    A deployment writes the Kubernetes Secret, which does not follow a rotation, so that the API would lose its database
    within a week. There the password rotates every 90 days, or by the runbook's procedure.
    """
    read = environment.read
    stale = read(lambda s: s.postgres.password == "managed" and s.security.secrets == "kubernetes")  # noqa: S105
    if stale.value:
        scope.resource(
            "aws_secretsmanager_secret_rotation",
            "postgres",
            exists=stale.keys,
            secret_id=instance.ref("master_user_secret[0].secret_arn"),
            rotate_immediately=False,
            rotation_rules=block(automatically_after_days=90),
        )


def _parameter_group(scope: Scope, environment: Environment) -> Handle:
    read = environment.read
    version = read(lambda s: s.postgres.version)
    parameters = read.table(lambda s: s.postgres.parameters)
    return scope.resource(
        "aws_db_parameter_group",
        "postgres",
        name_prefix=environment.names.of("postgres-"),
        family=version.map(lambda major: f"postgres{major}"),
        description="PostgreSQL, TLS only",
        parameter=[
            block(name="rds.force_ssl", value="1"),
            *(
                Traced(
                    block(name=name, value=_stored(name, value, version), apply_method=_apply_method(name, version)),
                    value.keys,
                )
                for name, value in parameters.items()
            ),
        ],
        lifecycle=block(create_before_destroy=True),
    )


def _stored(name: str, value: Traced[str], version: Traced[str]) -> Traced[str]:
    """Return a bool as RDS stores it, since another spelling causes drift."""
    kept = SWITCHES.get(value.value.lower(), value.value)
    if kept == value.value:
        return value
    known = [major for major in postgres_majors() if postgres_parameters(major)]
    switches = {major for major in (*known, version.value) if _is_switch(name, major)}
    # A parameter that is a bool in some versions only, such as log_connections, depends on the version too.
    keys = version.keys if 0 < len(switches) < len({*known, version.value}) else NO_KEYS
    return Traced(kept if version.value in switches else value.value, value.keys | keys)


def _is_switch(name: str, major: str) -> bool:
    parameter = postgres_parameters(major).get(name)
    return parameter is not None and parameter.kind == "bool"


def _apply_method(name: str, version: Traced[str]) -> Traced[str]:
    """Return the apply method: static parameters, and those of extensions, need a restart, which `validate` notes."""
    known = [major for major in postgres_majors() if postgres_parameters(major)]
    methods = {major: _method(postgres_parameters(major).get(name)) for major in (*known, version.value)}
    # Most parameters have the same method in every version, and so do not depend on it.
    return Traced(methods[version.value], version.keys if len(set(methods.values())) > 1 else NO_KEYS)


def _method(parameter: Parameter | None) -> str:
    return "immediate" if parameter is not None and parameter.apply == "dynamic" else "pending-reboot"


def _password(scope: Scope, environment: Environment, data_key: Expression) -> TracedTable:
    """Return the arguments of the master password's source, without the password."""
    mode = environment.read(lambda s: s.postgres.password)
    if mode.value == "managed":
        return {
            "manage_master_user_password": mode.map(lambda _: True),
            "master_user_secret_kms_key_id": data_key.because(mode.keys),
        }
    password = scope.variable(
        DATABASE_PASSWORD, description="Master password of the database", exists=mode.keys, ephemeral=True
    )
    return {
        "password_wo": password.ref().because(mode.keys),
        "password_wo_version": secrets_version().because(mode.keys),
    }


def _monitoring_role(scope: Scope, environment: Environment) -> Expression | None:
    interval = environment.read(lambda s: s.postgres.monitoring_seconds)
    if not interval.value:
        return None
    role, _ = service_role(
        scope,
        environment,
        "rds_monitoring",
        "monitoring.rds.amazonaws.com",
        "service-role/AmazonRDSEnhancedMonitoringRole",
        exists=interval.keys,
    )
    return role.ref("arn").because(interval.keys)
