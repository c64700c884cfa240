"""What AWS gives: network, cluster, database, cache."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from hypothesis import strategies as st

from ddms_compile.catalog import eks
from ddms_compile.catalog.engines import cache_versions, postgres_majors
from ddms_compile.catalog.kubernetes import Support, kubernetes_versions, support_state
from ddms_compile.catalog.machines import cache_node_types, instance_type, instance_types, rds_classes
from ddms_compile.catalog.parameters import Parameter, cache_parameters, postgres_parameters
from ddms_compile.catalog.regions import zones
from ddms_compile.validate.rules.reserved_names import RESERVED
from strategies import texts, times
from strategies.today import TODAY

Tree = dict[str, Any]

LOG_DAYS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)
ENDPOINTS = ("ecr.api", "ecr.dkr", "ec2", "sts", "logs", "secretsmanager", "kms", "elasticloadbalancing", "autoscaling")
LOGS = ("api", "audit", "authenticator", "controllerManager", "scheduler")


@st.composite
def networks(draw: st.DrawFn, cidr: str, region: str) -> Tree:
    """A VPC of that range, whose subnets fit: at most a half, then a quarter, then an eighth of it for each kind."""
    prefix = int(cidr.partition("/")[2])
    return {
        "cidr": cidr,
        "zones": draw(st.integers(2, min(4, len(zones(region))))),
        "nat": draw(st.sampled_from(("single", "per-zone"))),
        "subnets": {
            "private": draw(st.integers(prefix + 3, 28)),
            "public": draw(st.integers(prefix + 4, 28)),
            "data": draw(st.integers(prefix + 5, 28)),
        },
        "gateway_endpoints": draw(texts.unique_lists(st.sampled_from(("s3", "dynamodb")))),
        "interface_endpoints": draw(texts.unique_lists(st.sampled_from(ENDPOINTS), most=9)),
        "flow_logs": {
            "enabled": draw(st.booleans()),
            "traffic": draw(st.sampled_from(("ALL", "ACCEPT", "REJECT"))),
            "retention_days": draw(st.sampled_from(LOG_DAYS)),
        },
    }


@st.composite
def clusters(draw: st.DrawFn) -> Tree:
    """A cluster; its first group takes any pod of the application."""
    names = draw(texts.unique_lists(texts.slugs, least=1, most=3))
    offered = [
        each.version
        for each in kubernetes_versions()
        if support_state(each.version, TODAY) in (Support.STANDARD, Support.EXTENDED)
    ]
    version = draw(st.sampled_from(offered))
    return {
        "version": version,
        "addons": {addon: draw(_addon_versions(addon, version)) for addon in eks.ADDONS},
        "support": draw(st.sampled_from(("standard", "extended"))),
        "endpoint": {
            "public": draw(st.booleans()),
            "public_cidrs": draw(texts.unique_lists(times.cidrs())),
        },
        "logs": draw(texts.unique_lists(st.sampled_from(LOGS), most=5)),
        "log_retention_days": draw(st.sampled_from(LOG_DAYS)),
        "admins": draw(texts.unique_lists(_administrators())),
        "autoscaler": draw(st.booleans()),
        "nodes": {name: draw(_node_groups(version, first=name == names[0], others=names)) for name in names},
    }


def _addon_versions(addon: str, version: str) -> st.SearchStrategy[str]:
    own = st.builds("v1.{}.{}-eksbuild.{}".format, st.integers(0, 99), st.integers(0, 9), st.integers(1, 40))
    return own if eks.addon_version(addon, version) is None else st.one_of(st.just(""), own)


@st.composite
def _releases(draw: st.DrawFn, ami: str, version: str) -> str:
    if ami == "al2023":
        own = f"{version}.{draw(st.integers(0, 20))}-202610{draw(st.integers(10, 28))}"
    else:
        own = f"1.{draw(st.integers(50, 70))}.0-0be31b3{draw(st.sampled_from('0123456789abcdef'))}"
    return own if eks.ami_release(ami, version) is None else draw(st.sampled_from(("", own)))


def _administrators() -> st.SearchStrategy[str]:
    kinds = st.sampled_from(("role", "user"))
    names = texts.words(texts.ALNUM, texts.ALNUM + "+=,.@_-", 30)
    return st.builds("arn:aws:iam::{}:{}/{}".format, texts.accounts, kinds, names)


FEWEST_NODES = 6
"""As many as there are zones in any region."""


@st.composite
def _node_groups(draw: st.DrawFn, cluster: str, *, first: bool, others: list[str]) -> Tree:
    architecture = draw(st.sampled_from(("x86_64", "arm64")))
    types = texts.unique_lists(st.sampled_from(_types(architecture)), least=1)
    least = draw(st.integers(0, 5))
    minor = int(cluster.split(".")[1])
    version = draw(st.sampled_from(("", *(f"1.{older}" for older in range(max(minor - 3, 31), minor + 1)))))
    ami = draw(st.sampled_from(("al2023", "bottlerocket")))
    former = texts.slugs.filter(lambda name: name not in others)
    effects = st.sampled_from(("PreferNoSchedule",) if first else ("NoSchedule", "PreferNoSchedule", "NoExecute"))
    taints = st.fixed_dictionaries({"key": texts.label_keys, "value": texts.label_values, "effect": effects})
    return {
        "instance_types": draw(types),
        "min": least,
        "max": draw(st.integers(max(least, FEWEST_NODES), 450)),
        "capacity": draw(st.sampled_from(("on-demand", "spot"))),
        "ami": ami,
        "version": version,
        "ami_release": draw(_releases(ami, version or cluster)),
        "disk": draw(texts.sizes(20, 500)),
        "labels": draw(texts.tables(texts.label_keys, texts.label_values)),
        "taints": draw(st.lists(taints, max_size=3, unique_by=lambda taint: (taint["key"], taint["effect"]))),
        "renamed_from": draw(st.one_of(st.just(""), former)),
    }


@cache
def _types(architecture: str) -> list[str]:
    """Types with room for a pod of half a processor and a gibibyte."""
    found = ((name, instance_type(name)) for name in instance_types())
    return [n for n, t in found if t and t.architecture == architecture and t.vcpus >= 2 and t.memory >= 4096]


@st.composite
def databases(draw: st.DrawFn) -> Tree:
    """PostgreSQL."""
    backup, maintenance = draw(times.windows(30))
    initial = draw(st.integers(20, 500))
    immediately = draw(st.booleans())
    largest = draw(st.one_of(st.just(initial), st.integers(-(-initial * 11 // 10), 65536)))
    version = draw(st.sampled_from([major for major, end in postgres_majors().items() if end >= TODAY]))
    return {
        "version": version,
        "instance_class": draw(st.sampled_from(rds_classes())),
        "storage": {"initial": f"{initial}Gi", "max": f"{largest}Gi"},
        "multi_az": draw(st.booleans()),
        "database": draw(texts.identifiers.filter(lambda name: name not in RESERVED["database"])),
        "username": draw(texts.identifiers.filter(lambda name: name not in RESERVED["username"])),
        "password": draw(st.sampled_from(("managed", "variable"))),
        "backup_window": backup,
        "maintenance_window": maintenance,
        "deletion_protection": draw(st.booleans()),
        "final_snapshot": draw(st.booleans()),
        "performance_insights": draw(st.booleans()),
        "monitoring_seconds": draw(st.sampled_from((0, 1, 5, 10, 15, 30, 60))),
        "apply_immediately": immediately,
        "allow_major_upgrade": immediately and draw(st.booleans()),
        "parameters": draw(_parameters(postgres_parameters(version), "1", "0")),
    }


@st.composite
def caches(draw: st.DrawFn) -> Tree:
    """Redis or Valkey."""
    snapshot, maintenance = draw(times.windows(60))
    engine = draw(st.sampled_from(("redis", "valkey")))
    offered = [version for version, end in cache_versions(engine).items() if end is None or end >= TODAY]
    version = draw(st.sampled_from(offered))
    return {
        "engine": engine,
        "version": version,
        "node_type": draw(st.sampled_from(cache_node_types())),
        "replicas": draw(st.integers(0, 5)),
        "auth": draw(st.sampled_from(("token", "none"))),
        "snapshots": {"retention_days": draw(st.integers(0, 35)), "window": snapshot},
        "maintenance_window": maintenance,
        "apply_immediately": draw(st.booleans()),
        "parameters": draw(_parameters(cache_parameters(int(version.partition(".")[0])), "yes", "no")),
    }


@st.composite
def _parameters(draw: st.DrawFn, known: Mapping[str, Parameter], yes: str, no: str) -> dict[str, str]:
    """Some that may be set, each with a value of its type."""
    free = sorted(
        name for name, each in known.items() if each.apply in ("static", "dynamic") and name != "rds.force_ssl"
    )
    names = draw(st.lists(st.sampled_from(free), max_size=4, unique=True))
    return {name: draw(_value(known[name], yes, no)) for name in names}


def _value(parameter: Parameter, yes: str, no: str) -> st.SearchStrategy[str]:
    if parameter.kind == "bool":
        return st.sampled_from((yes, no))
    if parameter.kind == "enum":
        return st.sampled_from(parameter.values.split(","))
    if parameter.kind == "string":
        return texts.data_texts()
    return st.just(parameter.values.partition("..")[0] or "1")
