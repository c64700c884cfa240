"""Makes the tables of machine types anew from the data of two packages, cfn-lint and moto.

    pip install cfn-lint moto && python tests/unit/catalog/refresh.py

Both packages follow AWS's own price lists and DescribeInstanceTypes. Neither is needed to run or test the compiler.
Look at the difference before you commit it: a type that is gone here may still run somewhere.
"""

import gzip
import json
import re
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parents[3] / "src" / "ddms_compile" / "catalog"

RETIRED = re.compile(r"db\.(m[1-4]|r[34]|t[12]|cr1)\.")
"""Classes that are still in the price list and on which no supported PostgreSQL runs."""


def folder(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        sys.exit(f"{package} is not installed; see the docstring")
    return Path(spec.origin).parent


def ec2() -> Iterator[str]:
    """`type architecture vcpus MiB pods`, for the types that a node can be."""
    types = json.loads(gzip.decompress((folder("moto") / "ec2/resources/instance_types.json.gz").read_bytes()))
    for name in sorted(types):
        entry = types[name]
        architecture = entry["ProcessorInfo"]["SupportedArchitectures"][-1]
        if architecture not in ("x86_64", "arm64"):
            continue
        network = entry["NetworkInfo"]
        interfaces, addresses = network["NetworkCards"][0], network["Ipv4AddressesPerInterface"]
        pods = interfaces["MaximumNetworkInterfaces"] * (addresses - 1) + 2
        vcpus, memory = entry["VCpuInfo"]["DefaultVCpus"], entry["MemoryInfo"]["SizeInMiB"]
        yield f"{name} {architecture} {vcpus} {memory} {pods}"


def rds() -> Iterator[str]:
    """`class regions` for PostgreSQL."""
    extensions = folder("cfnlint") / "data/schemas/extensions/aws_rds_dbinstance/dbinstanceclass_enum.json"
    offered: dict[str, set[str]] = {}
    for region, schema in json.loads(extensions.read_text("utf-8")).items():
        for rule in schema["allOf"]:
            if _engines(rule["if"]["properties"]["Engine"]) & {"postgres"}:
                classes = rule["then"]["properties"]["DBInstanceClass"]["enum"]
                offered.setdefault(region, set()).update(c for c in classes if not RETIRED.match(c))
    return _rows(offered)


def elasticache() -> Iterator[str]:
    """`type regions`."""
    extensions = folder("cfnlint") / "data/schemas/extensions/aws_elasticache_cachecluster/cachenodetype_enum.json"
    schemas = {
        region: schema for region, schema in json.loads(extensions.read_text("utf-8")).items() if "enum" in schema
    }
    return _rows({region: set(schema["enum"]) for region, schema in schemas.items()})


def _engines(schema: Mapping[str, Any]) -> set[str]:
    return set(schema["enum"]) if "enum" in schema else {schema["const"]}


def _rows(offered: Mapping[str, set[str]]) -> Iterator[str]:
    """`name *` where it is offered in all regions, `name -a,b` where in all but these, else `name a,b`."""
    for name in sorted(set().union(*offered.values())):
        there = sorted(region for region, names in offered.items() if name in names)
        missing = sorted(set(offered) - set(there))
        yield f"{name} *" if not missing else min(f"{name} -{','.join(missing)}", f"{name} {','.join(there)}", key=len)


HEADS = {
    "ec2": ("EC2 instance types: name, architecture, processors, memory in MiB, pods by addresses.", "moto"),
    "rds": ("RDS classes for PostgreSQL: name, regions (*: all; -: all but these).", "cfn-lint"),
    "elasticache": ("ElastiCache node types: name, regions (*: all; -: all but these).", "cfn-lint"),
}


def main() -> None:
    as_of = sys.argv[1] if len(sys.argv) > 1 else "2026-11-23"
    for name, make in (("ec2", ec2), ("rds", rds), ("elasticache", elasticache)):
        what, package = HEADS[name]
        head = f"# {what}\n# Source: the data of {package} {version(package)}; as of {as_of}.\n"
        (TARGET / f"{name}.txt").write_text(head + "".join(f"{row}\n" for row in make()), encoding="utf-8")


if __name__ == "__main__":
    main()
