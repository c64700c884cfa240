"""The VPC: subnets per zone, routes, endpoints, and flow logs."""

from dataclasses import dataclass

from ddms_compile.provenance.traced import NO_KEYS, Keys, Traced, text
from ddms_compile.resolve import Environment
from ddms_compile.resolve.network import SubnetKind, Zone
from ddms_compile.terraform.components.iam import inline_policy, service_role, statement
from ddms_compile.terraform.expression import Expression, expression, template
from ddms_compile.terraform.stack import Handle, Scope, Stack


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkHandles:
    """Handles of the network for other components. Lists have one element per zone."""

    vpc: Handle
    private_subnets: list[Expression]
    public_subnets: list[Expression]
    data_subnets: list[Expression]

    def once(self, name: Traced[str]) -> Expression:
        """Return a name that is unique per VPC: a final snapshot outlives the environment and keeps its name."""
        return template("{}-{}", name, expression("substr({}, 4, 8)", self.vpc.ref("id")))


_ROLE_TAGS: dict[SubnetKind, dict[str, str]] = {
    "public": {"kubernetes.io/role/elb": "1"},
    "private": {"kubernetes.io/role/internal-elb": "1"},
    "data": {},
}
"""Tags by which the AWS Load Balancer Controller finds subnets (its guide, "Subnet auto discovery")."""


def network(stack: Stack, environment: Environment, logs_key: Expression) -> NetworkHandles:
    """Add the VPC and return its handles."""
    scope, names = stack.component("network"), environment.names
    vpc = scope.resource(
        "aws_vpc",
        "main",
        cidr_block=environment.network.cidr,
        enable_dns_hostnames=True,
        enable_dns_support=True,
        tags={"Name": names.prefix},
    )
    # The default security group admits its members; without rules it admits no traffic.
    scope.resource("aws_default_security_group", "closed", vpc_id=vpc.ref("id"), tags={"Name": names.of("closed")})
    internet = scope.resource("aws_internet_gateway", "main", vpc_id=vpc.ref("id"), tags={"Name": names.prefix})
    subnets: dict[SubnetKind, list[Handle]] = {
        kind: [_subnet(scope, environment, vpc, zone, kind) for zone in environment.network.zones]
        for kind in ("public", "private", "data")
    }
    _public_routes(scope, environment, vpc, internet, subnets["public"])
    private_tables = _private_routes(scope, environment, vpc, internet, subnets)
    data_table = _data_routes(scope, environment, vpc, subnets["data"])
    _gateway_endpoints(scope, environment, vpc, [data_table.ref("id"), *private_tables])
    _interface_endpoints(scope, environment, vpc, _ids(environment, subnets["private"]))
    _flow_logs(scope, environment, vpc, logs_key)
    scope.output("vpc_id", vpc.ref("id"), "The VPC")
    scope.output("private_subnet_ids", _ids(environment, subnets["private"]), "Subnets of the worker nodes, one a zone")
    scope.output("public_subnet_ids", _ids(environment, subnets["public"]), "Subnets of load balancers, one a zone")
    return NetworkHandles(
        vpc=vpc,
        private_subnets=_ids(environment, subnets["private"]),
        public_subnets=_ids(environment, subnets["public"]),
        data_subnets=_ids(environment, subnets["data"]),
    )


def _ids(environment: Environment, handles: list[Handle]) -> list[Expression]:
    """Return the IDs of one element per zone; each depends on the keys of its zone."""
    zones = environment.network.zones
    return [handle.ref("id").because(zone.exists) for zone, handle in zip(zones, handles, strict=True)]


def _subnet(scope: Scope, environment: Environment, vpc: Handle, zone: Zone, kind: SubnetKind) -> Handle:
    return scope.resource(
        "aws_subnet",
        f"{kind}_{zone.index}",
        exists=zone.exists,
        vpc_id=vpc.ref("id"),
        availability_zone=zone.name,
        cidr_block=zone.subnets[kind],
        # In a public subnet only gateways and load balancers get a public address.
        map_public_ip_on_launch=False,
        tags={"Name": text("{}-{}-{}", environment.names.prefix, kind, zone.name), **_ROLE_TAGS[kind]},
    )


def _associate(scope: Scope, name: str, subnet: Handle, table: Handle, exists: Keys) -> None:
    scope.resource(
        "aws_route_table_association",
        name,
        exists=exists,
        subnet_id=subnet.ref("id"),
        route_table_id=table.ref("id"),
    )


def _public_routes(
    scope: Scope, environment: Environment, vpc: Handle, internet: Handle, subnets: list[Handle]
) -> None:
    table = scope.resource(
        "aws_route_table", "public", vpc_id=vpc.ref("id"), tags={"Name": environment.names.of("public")}
    )
    scope.resource(
        "aws_route",
        "public_internet",
        route_table_id=table.ref("id"),
        destination_cidr_block="0.0.0.0/0",
        gateway_id=internet.ref("id"),
    )
    for zone, subnet in zip(environment.network.zones, subnets, strict=True):
        _associate(scope, f"public_{zone.index}", subnet, table, zone.exists)


def _private_routes(
    scope: Scope, environment: Environment, vpc: Handle, internet: Handle, subnets: dict[SubnetKind, list[Handle]]
) -> list[Expression]:
    """Add one table per zone with a route to the zone's NAT gateway or the only one; return the tables' IDs."""
    nat = environment.read(lambda s: s.network.nat)
    tables: list[Expression] = []
    gateways: list[Handle] = []
    for zone in environment.network.zones:
        # The first zone has a gateway in either mode; those of other zones depend on the mode.
        mode = nat.keys if zone.index > 0 else NO_KEYS
        if zone.index == 0 or nat.value == "per-zone":
            gateways.append(
                _nat_gateway(scope, environment, zone, internet, subnets["public"][zone.index], zone.exists | mode)
            )
        table = scope.resource(
            "aws_route_table",
            f"private_{zone.index}",
            exists=zone.exists,
            vpc_id=vpc.ref("id"),
            tags={"Name": text("{}-private-{}", environment.names.prefix, zone.name)},
        )
        scope.resource(
            "aws_route",
            f"private_{zone.index}_internet",
            exists=zone.exists,
            route_table_id=table.ref("id"),
            destination_cidr_block="0.0.0.0/0",
            nat_gateway_id=gateways[-1].ref("id").because(mode),
        )
        _associate(scope, f"private_{zone.index}", subnets["private"][zone.index], table, zone.exists)
        tables.append(table.ref("id").because(zone.exists))
    return tables


def _nat_gateway(
    scope: Scope, environment: Environment, zone: Zone, internet: Handle, subnet: Handle, exists: Keys
) -> Handle:
    tags = {"Name": text("{}-nat-{}", environment.names.prefix, zone.name)}
    address = scope.resource(
        "aws_eip", f"nat_{zone.index}", exists=exists, domain="vpc", tags=tags, depends_on=[internet]
    )
    return scope.resource(
        "aws_nat_gateway",
        f"nat_{zone.index}",
        exists=exists,
        allocation_id=address.ref("id"),
        subnet_id=subnet.ref("id"),
        tags=tags,
        depends_on=[internet],
    )


def _data_routes(scope: Scope, environment: Environment, vpc: Handle, subnets: list[Handle]) -> Handle:
    """Return the route table of the data tier, without a route out of the VPC."""
    table = scope.resource("aws_route_table", "data", vpc_id=vpc.ref("id"), tags={"Name": environment.names.of("data")})
    for zone, subnet in zip(environment.network.zones, subnets, strict=True):
        _associate(scope, f"data_{zone.index}", subnet, table, zone.exists)
    return table


def _gateway_endpoints(scope: Scope, environment: Environment, vpc: Handle, tables: list[Expression]) -> None:
    services = environment.read(lambda s: s.network.gateway_endpoints)
    region = environment.read(lambda s: s.aws.region)
    for service in sorted(set(services.value)):
        scope.resource(
            "aws_vpc_endpoint",
            f"gateway_{service}",
            exists=services.keys,
            vpc_id=vpc.ref("id"),
            vpc_endpoint_type="Gateway",
            service_name=text("com.amazonaws.{}.{}", region, service),
            route_table_ids=tables,
            tags={"Name": environment.names.of(service)},
        )


def _interface_endpoints(scope: Scope, environment: Environment, vpc: Handle, subnets: list[Expression]) -> None:
    services = environment.read(lambda s: s.network.interface_endpoints)
    region = environment.read(lambda s: s.aws.region)
    if not services.value:
        return
    group = scope.resource(
        "aws_security_group",
        "endpoints",
        exists=services.keys,
        name=environment.names.of("endpoints"),
        description="Interface endpoints: HTTPS from inside the VPC",
        vpc_id=vpc.ref("id"),
        tags={"Name": environment.names.of("endpoints")},
    )
    scope.resource(
        "aws_vpc_security_group_ingress_rule",
        "endpoints_https",
        exists=services.keys,
        security_group_id=group.ref("id"),
        description="HTTPS from inside the VPC",
        cidr_ipv4=environment.network.cidr,
        ip_protocol="tcp",
        from_port=443,
        to_port=443,
    )
    for service in sorted(set(services.value)):
        scope.resource(
            "aws_vpc_endpoint",
            f"interface_{service.replace('.', '_')}",
            exists=services.keys,
            vpc_id=vpc.ref("id"),
            vpc_endpoint_type="Interface",
            service_name=text("com.amazonaws.{}.{}", region, service),
            private_dns_enabled=True,
            subnet_ids=subnets,
            security_group_ids=[group.ref("id")],
            tags={"Name": environment.names.of(service.replace(".", "-"))},
        )


def _flow_logs(scope: Scope, environment: Environment, vpc: Handle, logs_key: Expression) -> None:
    read = environment.read
    enabled = read(lambda s: s.network.flow_logs.enabled)
    if not enabled.value:
        return
    group = scope.resource(
        "aws_cloudwatch_log_group",
        "flow",
        exists=enabled.keys,
        name=environment.names.log_group("flow"),
        retention_in_days=read(lambda s: s.network.flow_logs.retention_days),
        kms_key_id=logs_key,
    )
    role, _ = service_role(scope, environment, "flow_logs", "vpc-flow-logs.amazonaws.com", exists=enabled.keys)
    inline_policy(
        scope,
        role,
        "flow_logs",
        statement(
            "WriteRecords",
            ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            [group.ref("arn"), template("{}:*", group.ref("arn"))],
        ),
        exists=enabled.keys,
    )
    scope.resource(
        "aws_flow_log",
        "main",
        exists=enabled.keys,
        vpc_id=vpc.ref("id"),
        traffic_type=read(lambda s: s.network.flow_logs.traffic),
        log_destination=group.ref("arn"),
        log_destination_type="cloud-watch-logs",
        iam_role_arn=role.ref("arn"),
        max_aggregation_interval=60,
        tags={"Name": environment.names.of("flow")},
    )
