"""What there is in the world: one environment as its stacks describe it, after its first apply."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]


class RefusedError(Exception):
    """The real program would end with an error."""


@dataclass(slots=True)
class World:
    """`name`: the environment. Things by their names; `trouble` is what no procedure may do."""

    name: str
    stacks: dict[str, dict[str, Any]]
    """The stacks `foundation` and `platform`, as they are generated."""
    region: str = "eu-west-1"
    databases: dict[str, dict[str, Any]] = field(default_factory=dict)
    database_snapshots: dict[str, str] = field(default_factory=dict)
    caches: dict[str, dict[str, Any]] = field(default_factory=dict)
    cache_snapshots: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, list[str]] = field(default_factory=dict)
    """The values of each entry, the newest last."""
    deleted_secrets: set[str] = field(default_factory=set)
    rotated: list[str] = field(default_factory=list)
    buckets: dict[str, int] = field(default_factory=dict)
    """How many versions of objects each holds."""
    variables: dict[str, str] = field(default_factory=dict)
    github_secrets: dict[str, str] = field(default_factory=dict)
    state: dict[str, set[str]] = field(default_factory=dict)
    """The addresses in the state of each stack."""
    planned: set[str] = field(default_factory=set)
    applied: list[str] = field(default_factory=list)
    replicas: int = 2
    resumed: bool = False
    release: str = "deployed"
    revision: int = 7
    runs: list[str] = field(default_factory=list)
    locked: str = ""
    """The stack whose lock somebody left behind."""
    destroyed: bool = False
    namespaces: set[str] = field(default_factory=set)
    cordoned: bool = False
    terminated: list[str] = field(default_factory=list)
    kubectl: list[list[str]] = field(default_factory=list)
    helm: list[list[str]] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)

    @property
    def foundation(self) -> dict[str, Any]:
        """The stack of network, cluster, database and cache."""
        return self.stacks["foundation"]

    def addresses(self, stack: str) -> set[str]:
        """The resources that the configuration has."""
        return {f"{kind}.{key}" for kind, found in self.stacks[stack]["resource"].items() for key in found}

    def only(self, kind: str) -> dict[str, Any]:
        """The one resource of a kind in the foundation."""
        (found,) = self.foundation["resource"][kind].values()
        return dict(found)

    def end(self) -> None:
        """Destroy the foundation. Snapshots stay, and entries until their window is over."""
        self.destroyed = True
        self.state["foundation"].clear()
        self.databases.clear()
        self.caches.clear()
        self.deleted_secrets |= {name for name in self.secrets if not name.startswith("arn:")}

    @property
    def account(self) -> str:
        """The number of the account."""
        (number,) = self.foundation["provider"]["aws"][0]["allowed_account_ids"]
        return str(number)

    @property
    def state_bucket(self) -> str:
        """The bucket of the states."""
        return str(self.foundation["terraform"]["backend"]["s3"]["bucket"])

    @property
    def database(self) -> str:
        """The name of the database."""
        return str(self.only("aws_db_instance")["identifier"])

    @property
    def cache(self) -> str:
        """The name of the cache."""
        return str(self.only("aws_elasticache_replication_group")["replication_group_id"])

    @property
    def cluster(self) -> str:
        """The name of the cluster."""
        return str(self.only("aws_eks_cluster")["name"])


def running(name: str, stacks: dict[str, dict[str, Any]]) -> World:
    """The world while the environment serves."""
    world = World(name, stacks)
    managed = bool(world.only("aws_db_instance").get("manage_master_user_password"))
    world.databases[world.database] = database(world.database, managed=managed)
    world.database_snapshots = {f"rds:{world.database}-2026-01-01": world.database}
    world.caches[world.cache] = {"token": "old", "old": None}
    world.cache_snapshots = {f"automatic.{world.cache}": world.cache}
    for entry in world.foundation["resource"]["aws_secretsmanager_secret"].values():
        world.secrets[entry["name"]] = ['{"jwt_secret": "first", "auth_token": "old", "password": "old"}']
    if managed:
        world.secrets[entry_of(world.database)] = ['{"password": "old"}']
    for bucket in world.foundation["resource"].get("aws_s3_bucket", {}).values():
        world.buckets[bucket["bucket"]] = 3
    world.state = {stack: world.addresses(stack) for stack in ("foundation", "platform")}
    platform = json.dumps(world.stacks["platform"])
    world.namespaces = {"ddms", "default", *re.findall(r'"namespace": "([a-z-]+)"', platform)}
    return world


def database(name: str, *, managed: bool) -> dict[str, Any]:
    """A database instance that is available."""
    return {"entry": entry_of(name) if managed else "", "protected": True, "version": "17.1"}


def entry_of(database: str) -> str:
    """The entry that RDS makes for the password of a database."""
    return f"arn:aws:secretsmanager:eu-west-1:000000000000:secret:rds!db-{database}"
