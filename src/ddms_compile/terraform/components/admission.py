"""Security groups that admit worker nodes only."""

from ddms_compile.resolve import Environment
from ddms_compile.terraform.components.network import NetworkHandles
from ddms_compile.terraform.stack import Handle, Scope


def admits_nodes(
    scope: Scope, environment: Environment, net: NetworkHandles, nodes: Handle, *, name: str, what: str, port: int
) -> Handle:
    """Return the security group of a data service, without egress rules."""
    group = scope.resource(
        "aws_security_group",
        name,
        name=environment.names.of(name),
        description=f"{what} from worker nodes",
        vpc_id=net.vpc.ref("id"),
        tags={"Name": environment.names.of(name)},
    )
    scope.resource(
        "aws_vpc_security_group_ingress_rule",
        f"{name}_nodes",
        security_group_id=group.ref("id"),
        description=f"{what} from worker nodes",
        referenced_security_group_id=nodes.ref("id"),
        ip_protocol="tcp",
        from_port=port,
        to_port=port,
    )
    return group
