"""A program that makes a small stack with the bindings and prints its JSON; a test runs it in a process of its own.

Arguments: cache folder, mode, what to do at the end (`quiet`, `interrupt`, `hang`). Progress goes to stderr.
"""

import json
import os
import signal
import sys
import time
from pathlib import Path

from ddms_compile.cdktf import load, synthesize
from ddms_compile.cdktf.load import Mode

TYPES = ("aws_vpc", "aws_subnet", "aws_db_instance", "aws_iam_role", "data.aws_caller_identity", "helm_release")


def main() -> None:
    cache, ending = sys.argv[1], sys.argv[3]
    mode: Mode = "full" if sys.argv[2] == "full" else "slim"
    binding = load(TYPES, cache_dir=Path(cache), mode=mode, on_progress=lambda text: print(text, file=sys.stderr))
    stack = binding.core.TerraformStack(binding.core.App(), "sample")
    binding.provider("aws")(stack, "aws", region="eu-west-1")
    binding.provider("helm")(stack, "helm", kubernetes={"host": "h"})
    network = binding.construct(stack, "network")
    vpc = binding.element("aws_vpc")(network, "vpc", cidr_block="10.0.0.0/16", tags={"Name": "é", "b": "${x}"})
    for number in range(3):
        subnet = binding.element("aws_subnet")(network, f"s{number}", vpc_id=vpc.id, cidr_block=f"10.0.{number}.0/24")
        subnet.override_logical_id(f"s_{number}")
    binding.element("aws_db_instance")(
        stack, "db", instance_class="db.t4g.small", allocated_storage=20, multi_az=False, timeouts={"create": "1h"}
    )
    role = binding.element("aws_iam_role")(stack, "role", assume_role_policy="{}", inline_policy=[{"name": "p"}])
    role.add_override("depends_on", ["aws_vpc.vpc"])
    binding.element("aws_caller_identity", data=True)(stack, "me")
    binding.element("helm_release")(stack, "chart", name="n", chart="c", set=[{"name": "a", "value": "1"}])
    binding.core.TerraformOutput(stack, "vpc", value=vpc.arn, description="The VPC")
    binding.core.S3Backend(stack, bucket="b", key="k", region="eu-west-1")
    print(json.dumps({"mode": binding.mode, "tree": synthesize(stack)}, sort_keys=True), flush=True)
    if ending == "interrupt":
        os.kill(os.getpid(), signal.SIGINT)
    while ending == "hang":
        time.sleep(1)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
