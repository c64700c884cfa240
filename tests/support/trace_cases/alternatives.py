"""Other valid values for every key of an environment: what the perturbation test puts in their place."""

import ast
import copy
import datetime
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from ddms_compile.catalog.regions import zones
from ddms_compile.diagnostics.keys import Key, dotted
from ddms_compile.resolve.network import KINDS, place_subnets
from ddms_compile.spec import EnvironmentSpec

BY_NAME: dict[str, list[Any]] = {
    "account": ["999900001111"],
    "admins": [[], ["arn:aws:iam::444455556666:role/other", "arn:aws:iam::444455556666:user/someone"]],
    "ami_release": ["1.35.8-20261119"],
    "allowed_cidrs": [["198.51.100.0/24"], ["198.51.100.0/24", "203.0.113.0/24"]],
    "aws-ebs-csi-driver": ["v9.9.9-eksbuild.1"],
    "backup_window": ["22:00-23:00"],
    "branch": ["trunk"],
    "bucket": ["another-bucket"],
    "channel": ["#elsewhere"],
    "chart": ["charts/other"],
    "check": [[], ["make lint"], ["make lint", "make test"]],
    "cidr": ["10.99.0.0/16", "172.16.0.0/18"],
    "compiler": ["./tools/compiler", "1.2.3"],
    "context": ["somewhere/else"],
    "coredns": ["v9.9.9-eksbuild.1"],
    "cpu": ["333m"],
    "database": ["other"],
    "disk": ["77Gi"],
    "drift_check": ["3 3 * * *"],
    "email": ["someone@else.example.com"],
    "ephemeral_storage": ["99Mi"],
    "gateway_endpoints": [[], ["dynamodb"], ["s3", "dynamodb"]],
    "helm": ["4.1.0"],
    "initial": ["33Gi"],
    "instance_class": ["db.m7g.large"],
    "instance_types": [["m7i.large"], ["m7g.large", "m6g.large", "m8g.large"]],
    "interface_endpoints": [["sts"], ["ecr.api", "ecr.dkr"]],
    "interval": ["11s"],
    "kube-proxy": ["v9.9.9-eksbuild.1"],
    "logs": [["api"], []],
    "maintenance_window": ["mon:01:00-mon:02:00"],
    "max": ["999Gi"],
    "memory": ["333Mi"],
    "name": ["other"],
    "nginx": ["1.31-alpine"],
    "node": ["26", "26-bookworm-slim"],
    "node_type": ["cache.m7g.large"],
    "package_index": ["https://packages.example.com/simple/"],
    "path": ["/other"],
    "period": ["7s"],
    "postgres": ["17-alpine"],
    "public_cidrs": [["198.51.100.0/24"], ["198.51.100.0/24", "192.0.2.0/24"]],
    "redis": ["8-alpine"],
    "region": ["us-east-1", "cn-north-1"],
    "repository": ["other/repo", "registry.example.com/other/image"],
    "retention": ["3d"],
    "root_domain": ["other.example.net"],
    "runner": ["ubuntu-26.04"],
    "arm_runner": ["ubuntu-26.04-arm"],
    "user": ["arn:aws:iam::444455556666:user/another"],
    "schedule": ["1 1 * * *"],
    "shutdown_grace": ["50s"],
    "storage": ["44Gi"],
    "tag": ["9.9.9"],
    "taints": [
        [],
        [{"key": "other", "value": "", "effect": "NoExecute"}],
        [{"key": "a", "value": "b", "effect": "NoSchedule"}, {"key": "c", "value": "d", "effect": "NoSchedule"}],
    ],
    "terraform": ["1.14.0", ">= 1.12.0"],
    "timeout": ["4s"],
    "ttl": ["99h"],
    "username": ["someone"],
    "version": ["1.36", "1.34", "17", "8.2", "6.2"],
    "losses": [
        [{"address": "aws_vpc.main", "reason": "nobody needs it any more", "expires": datetime.date(2030, 1, 1)}],
    ],
    "vulnerabilities": [
        [{"id": "CVE-2026-1234", "reason": "a reason that is long enough", "expires": datetime.date(2030, 1, 1)}]
    ],
    "waivers": [[{"code": "DDMS307", "reason": "a reason that is long enough", "expires": datetime.date(2030, 1, 1)}]],
    "false_positives": [
        [
            {
                "key": "workloads.backend.environment.X",
                "reason": "a number that is public",
                "expires": datetime.date(2030, 1, 1),
            }
        ],
    ],
    "vpc-cni": ["v9.9.9-eksbuild.1"],
    "window": ["21:00-22:00"],
    "app": ["front.other.example.net"],
    "api": ["back.other.example.net"],
    "grafana": ["graphs.other.example.net"],
    "zone": ["example.net"],
    "egress": [[{"cidr": "198.51.100.0/24", "ports": [443], "reason": "a payment service"}]],
    "error_for": ["9m"],
    "replica_shortage_for": ["19m"],
    "error_percent": [7],
    "key": ["another_key"],
    "from": ["app", "github", "postgres", "redis"],
}
"""By the last step of the key, where the type alone does not say what is valid."""

ANY_TEXT = ["other", "9.9.9", "v9.9.9", "45s"]
"""For keys of the user's own choice and for pins."""


def alternatives(tree: dict[str, Any], key: Key) -> Iterator[dict[str, Any]]:
    """Trees in which the key has another valid value, or is gone where it is an entry of the user's."""
    value, table = at(tree, key), at(tree, key[:-1])
    # Two bounds that are equal are another case than two that differ.
    beside = (item for item in table.values() if type(item) is int and type(value) is int)
    for candidate in (*_candidates(key, value), *beside):
        if candidate != value and (other := _valid(_with(tree, key, candidate))):
            yield other
    if other := _valid(_without(tree, key)):
        yield other


def _candidates(key: Key, value: Any) -> Iterator[Any]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        yield from (value + 1, 0, value - 1, value + 3, value * 2, 1, 5, 14, 60, 365)
    yield from BY_NAME.get(str(key[-1]), [])
    yield from _choices(key)
    if isinstance(value, str) and key[-1] not in BY_NAME:
        yield from ANY_TEXT


def _choices(key: Key) -> Iterator[Any]:
    """The other members of a `Literal`, found by asking pydantic."""
    probe = "\N{WHITE SQUARE}"
    try:
        EnvironmentSpec.model_validate(_nested(key, probe))
    except ValidationError as error:
        for problem in error.errors():
            if problem["loc"] == key and problem["type"] == "literal_error":
                choices = ast.literal_eval(f"({problem['ctx']['expected']},)".replace(" or ", ", "))
                # To be local is to have no Terraform at all: that is not a value but another kind of environment.
                yield from (choice for choice in choices if key != ("tier",) or choice != "local")


def _nested(key: Key, value: Any) -> dict[str, Any]:
    for step in reversed(key):
        value = {step: value}
    return value  # type: ignore[no-any-return]


def at(tree: Any, key: Key) -> Any:
    """The value at a key."""
    for step in key:
        tree = tree[step]
    return tree


def leaf_keys(tree: dict[str, Any], above: Key = ()) -> Iterator[Key]:
    """Every key that is no table, and every table of the user's own naming; a list is one leaf."""
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from leaf_keys(value, (*above, name))
        else:
            yield (*above, name)


def _with(tree: dict[str, Any], key: Key, value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(tree)
    at(changed, key[:-1])[key[-1]] = value
    return changed


def _without(tree: dict[str, Any], key: Key) -> dict[str, Any]:
    changed = copy.deepcopy(tree)
    del at(changed, key[:-1])[key[-1]]
    return changed


def _valid(tree: dict[str, Any]) -> dict[str, Any] | None:
    try:
        spec = EnvironmentSpec.model_validate(tree)
        if spec.network.zones > len(zones(spec.aws.region)):
            return None
        place_subnets(spec.network.cidr, {kind: getattr(spec.network.subnets, kind) for kind in KINDS})
    except ValueError:
        return None
    return tree


__all__ = ["alternatives", "at", "dotted", "leaf_keys"]
